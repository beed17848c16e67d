import { expect, test } from 'vitest'
import { createRate, createScreen, formatProgress, formatTime } from './progress.ts'

const gibibyte = 2 ** 30

test('a line tells how far it is, how fast, and how long', () => {
  const progress = { fileName: 'tiny.gguf', sentBytes: gibibyte, totalBytes: 4 * gibibyte }
  expect(formatProgress({ ...progress, bytesPerSecond: null })).toBe('tiny.gguf  25 %  1 GiB of 4 GiB')
  expect(formatProgress({ ...progress, bytesPerSecond: gibibyte / 10 })).toMatch(
    /25 % {2}1 GiB of 4 GiB {2}\S+ \S+\/s {2}0:30 left$/,
  )
})

test.each([
  [0, '0:00'],
  [17.2, '0:18'],
  [725, '12:05'],
  [10_930, '3:02:10'],
])('%f seconds are %s', (seconds, expected) => expect(formatTime(seconds)).toBe(expected))

test('the rate is that of the last ten seconds', () => {
  let at = 0
  const rate = createRate(() => at)
  expect(rate(5_000)).toBeNull()
  at = 5_000
  expect(rate(10_000)).toBe(1_000)
  at = 14_000
  expect(rate(10_900)).toBe(100)
  at = 40_000
  expect(rate(10_900)).toBeNull()
})

test('at a terminal one line changes; elsewhere there is a line now and then', () => {
  let at = 0
  const shown = (isTTY: boolean) => {
    let text = ''
    at = 0
    const screen = createScreen({ write: (more: string) => (text += more), isTTY, columns: 12 }, () => at)
    for (; at < 12_000; at += 150) screen.show(`at ${at} and more`)
    screen.say('done')
    return text
  }
  const lines = shown(true).split('\r\u001b[K')
  expect(lines.slice(0, 3)).toEqual(['', 'at 0 and mo', 'at 300 and '])
  expect(lines.at(-1)).toBe('done\n')
  expect(shown(false)).toBe('at 0 and more\nat 10050 and more\ndone\n')
})
