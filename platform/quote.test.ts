import { expect, test } from 'vitest'
import { quote } from './quote.ts'

test.each([
  ['tale', '"tale"'],
  ['größer 東京', '"größer 東京"'],
  ['', '""'],
  ['a\0b\n', '"a\\u{0}b\\u{a}"'],
  ['abc\u202egpj', '"abc\\u{202e}gpj"'],
  ['ta\u200ble', '"ta\\u{200b}le"'],
  ['e\u0301', '"e\\u{301}"'],
  ['\ud800', '"\\u{d800}"'],
  ['x'.repeat(1_000), `"${'x'.repeat(60)}…"`],
])('%j is told as %s', (text, told) => {
  expect(quote(text)).toBe(told)
})
