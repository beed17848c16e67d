import { describe, expect, it } from 'vitest'
import { evaluate, parseRange } from './conditions.ts'

const version = { etag: 'abc', modified: Date.UTC(2025, 0, 31, 12, 0, 0, 500) }
const same = 'Fri, 31 Jan 2025 12:00:00 GMT'
const before = 'Fri, 31 Jan 2025 11:59:59 GMT'

describe('evaluate', () => {
  it.each([
    [{}, 'proceed'],
    [{ 'if-match': '"abc"' }, 'proceed'],
    [{ 'if-match': '"x", W/"abc"' }, 'proceed'],
    [{ 'if-match': '"x"' }, 'failed'],
    [{ 'if-match': '"abc"', 'if-unmodified-since': before }, 'proceed'],
    [{ 'if-unmodified-since': same }, 'proceed'],
    [{ 'if-unmodified-since': before }, 'failed'],
    [{ 'if-none-match': '"abc"' }, 'unchanged'],
    [{ 'if-none-match': '*' }, 'unchanged'],
    [{ 'if-none-match': '"x"', 'if-modified-since': same }, 'proceed'],
    [{ 'if-modified-since': same }, 'unchanged'],
    [{ 'if-modified-since': before }, 'proceed'],
    [{ 'if-modified-since': 'yesterday' }, 'proceed'],
  ] as [Record<string, string>, string][])('%j -> %s', (conditions, verdict) => {
    expect(evaluate((name) => conditions[name], version)).toBe(verdict)
  })
})

describe('parseRange', () => {
  it.each([
    [undefined, 10, undefined],
    ['bytes=2-4', 10, { start: 2, end: 4 }],
    ['bytes=2-', 10, { start: 2, end: 9 }],
    ['bytes=2-99', 10, { start: 2, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-99', 10, { start: 0, end: 9 }],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=4-2', 10, undefined],
    ['bytes=0-1,3-4', 10, undefined],
    ['bytes=-', 10, undefined],
    ['lines=0-1', 10, undefined],
  ])('%s of %i', (text, size, range) => {
    expect(parseRange(text, size)).toEqual(range)
  })
})
