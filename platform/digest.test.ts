import { expect, test } from 'vitest'
import { canonicalJson, digest } from './digest.ts'

test('the order of keys does not count, at any depth', () => {
  expect(canonicalJson({ b: [{ z: 1, a: null }], a: 'é' })).toBe('{"a":"é","b":[{"a":null,"z":1}]}')
  expect(digest({ a: 1, b: { c: 2, d: 3 } })).toBe(digest({ b: { d: 3, c: 2 }, a: 1 }))
})

test('the order of a list counts, and so does every value', () => {
  expect(digest([1, 2])).not.toBe(digest([2, 1]))
  expect(digest({ replicas: 1 })).not.toBe(digest({ replicas: '1' }))
})

test('a member that is undefined is one that is not there', () => {
  expect(digest({ a: 1, b: undefined })).toBe(digest({ a: 1 }))
})

test('is SHA-256 of the text', () => {
  expect(digest({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
})
