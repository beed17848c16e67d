import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { arePartsWhole, createPartSums, multipartETag } from './part-sums.ts'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

it('sums up each part, however the bytes come', () => {
  for (const step of [1, 2, 3, 4, 7, 20]) {
    const sums = createPartSums(4)
    const bytes = Buffer.from('aaaabbbbcc')
    for (let at = 0; at < bytes.length; at += step) sums.update(bytes.subarray(at, at + step))
    expect(sums.digests()).toEqual(['aaaa', 'bbbb', 'cc'].map(md5))
  }
  expect(createPartSums(4).digests()).toEqual([])
})

describe('parts of an attempt before', () => {
  const sums = ['one', 'two', 'three'].map(md5)

  it('are whole where the store has what it took', () => {
    expect(arePartsWhole(sums.slice(0, 2), sums, false)).toBe(true)
  })

  it('are not where one of them is not what came', () => {
    expect(arePartsWhole([md5('one'), md5('tw')], sums, false)).toBe(false)
    expect(arePartsWhole([md5('one'), md5('tw')], sums, true)).toBe(false)
    expect(arePartsWhole([md5('on')], sums, false)).toBe(false)
  })

  it('cannot be told by ETags that are no MD5', () => {
    expect(arePartsWhole(['x-1', 'x-2'], sums, true)).toBe(true)
  })
})

it('an object of several parts has the ETag that S3 gives it', () => {
  // As computed for two parts, `aaaa` and `bb`, by md5sum and xxd.
  expect(multipartETag([md5('aaaa'), md5('bb')])).toBe('916ccfa147126d73152e43c57d51ea0d-2')
})
