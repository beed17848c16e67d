import { expect, test } from 'vitest'
import { isUsername, usernameMistake } from './username.ts'

test.each(['ada', 'ada-lovelace', 'a1b', 'x'.repeat(32)])('%s is a username', (name) => {
  expect(usernameMistake(name)).toBeUndefined()
})

test.each([
  ['too short', 'ab'],
  ['too long', 'x'.repeat(33)],
  ['starts with a digit', '1ada'],
  ['starts with a hyphen', '-ada'],
  ['ends with a hyphen, which no namespace may', 'ada-'],
  ['upper case', 'Ada'],
  ['a blank', 'ada lovelace'],
  ['a new line at its end', 'ada\n'],
  ['a letter that only looks like an a', 'аda'],
  ['full width letters', 'ａｄａ'],
  ['a ligature', 'ﬁona'],
  ['a dot', 'ada.lovelace'],
])('refused: %s', (_why, name) => {
  expect(usernameMistake(name)).toMatch(/3 to 32/)
})

test.each(['admin', 'system', 'root', 'kube-system', 'kube-anything', 'berth-system'])(
  '%s is reserved',
  (name) => {
    expect(isUsername(name)).toBe(true)
    expect(usernameMistake(name)).toMatch(/reserved/)
  },
)
