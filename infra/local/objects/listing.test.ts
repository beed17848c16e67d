import { expect, it } from 'vitest'
import { listPage, successor } from './listing.ts'

const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

function scanOf(keys: string[], prefix: string) {
  return (from: Buffer) =>
    keys
      .toSorted(bytewise)
      .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), from) >= 0)
      .map((key) => ({ key }))
}

function walk(keys: string[], prefix: string, delimiter: string, limit: number): string[][] {
  const pages: string[][] = []
  for (let after = '', more = true; more; ) {
    const page = listPage(scanOf(keys, prefix), { prefix, delimiter, after, limit })
    pages.push([...page.items.map(({ key }) => key), ...page.prefixes])
    after = page.last
    more = page.truncated
  }
  return pages
}

it('pages through keys and groups without telling any of them twice', () => {
  const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'b0', 'd/', 'é/1', '\u{1f600}', '\uffff']
  expect(walk(keys, '', '/', 2)).toEqual([['a', 'b/'], ['b0', 'd/'], ['\uffff', 'é/'], ['\u{1f600}']])
  expect(walk(keys, 'b/', '/', 1)).toEqual([['b/1'], ['b/2'], ['b/c/']])
  expect(walk(keys, '', '', 100).flat()).toEqual(keys.toSorted(bytewise))
})

it('ends a group right behind its last possible key', () => {
  expect(successor('b/').toString()).toBe('b0')
  expect(successor('')).toEqual(Buffer.from([0xff]))
})

it('answers a page of none as complete', () => {
  const page = listPage(scanOf(['a'], ''), { prefix: '', delimiter: '', after: '', limit: 0 })
  expect(page).toEqual({ items: [], prefixes: [], last: '', truncated: false })
})
