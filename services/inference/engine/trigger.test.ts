import { expect, test } from 'vitest'
import { createTrigger } from './trigger.ts'

/** Tokens are the texts of this list; what is tokenized alone gets a blank before its first word. */
const pieces = ['So ', '<tool', '_call>', '>{"', 'a', '\n{"name', '":', ' ', '{', '"']
const piece = (token: number) => pieces[token] ?? ''
const tokenize = (text: string) => [7, ...[...text].map((character) => pieces.indexOf(character))]

function pushed(trigger: { text: string; atStart: boolean }, ...tokens: number[]) {
  const { push } = createTrigger(trigger, { piece, tokenize })
  return tokens.map((token) => push(token))
}

test('it says once that the text has come, with what is after it', () => {
  const trigger = { text: '<tool_call>', atStart: false }
  expect(pushed(trigger, 0, 1, 2, 4, 1, 2)).toEqual([
    undefined,
    undefined,
    [],
    undefined,
    undefined,
    undefined,
  ])
  expect(pushed({ text: '>', atStart: false }, 3)).toEqual([[8, 9]])
  expect(pushed(trigger, 1, 4, 2)).toEqual([undefined, undefined, undefined])
})

test('where it counts at the beginning alone, blanks may be before it', () => {
  const trigger = { text: '{"name":', atStart: true }
  expect(pushed(trigger, 5, 6)).toEqual([undefined, []])
  expect(pushed(trigger, 7, 5, 6)).toEqual([undefined, undefined, []])
  expect(pushed(trigger, 0, 5, 6)).toEqual([undefined, undefined, undefined])
})
