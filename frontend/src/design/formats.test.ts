import { expect, test } from 'vitest'
import { formatBytes, formatCores, formatCount, formatDuration, formatShortTime } from './formats.ts'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [3_764_832, '3.6 MiB'],
  [204_472_320, '195 MiB'],
  [68_719_476_736, '64.0 GiB'],
  [null, '–'],
])('%s bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

test('cores and counts are short', () => {
  expect(formatCores(0.2049)).toBe('0.20')
  expect(formatCores(undefined)).toBe('–')
  expect(formatCount(3_475_712)).toBe('3.48M')
})

test('what is of today has a time, what is older has a day', () => {
  const now = new Date(2026, 10, 21, 12)
  expect(formatShortTime(new Date(2026, 10, 21, 9, 5, 7).toISOString(), now)).toContain('05')
  expect(formatShortTime(new Date(2025, 10, 21, 9, 5, 7).toISOString(), now)).toContain('2025')
})

test.each([
  [0.2, '1 s'],
  [59, '59 s'],
  [85, '1 min'],
  [3_599, '1 h'],
  [3_900, '1 h 5 min'],
  [-3, '0 s'],
])('%s seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})
