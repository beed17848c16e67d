import { expect, test } from 'vitest'
import { inventDialogues } from './dialogues.ts'

test('the same numbers give the same texts', () => {
  expect(inventDialogues(7, 3, 2)).toEqual(inventDialogues(7, 3, 2))
})

test('no two begin alike, so that what one left behind helps no other', () => {
  const beginnings = inventDialogues(1, 200, 1).map(([text = '']) => text.split('.')[0])
  expect(new Set(beginnings).size).toBe(200)
})

test('short and long ones come in turn', () => {
  const lengths = inventDialogues(0, 5, 1).map(([text = '']) => text.split(' ').length - 1)
  expect(lengths).toEqual([12, 96, 24, 192, 48])
})

test('a dialogue has the turns that it was asked for', () => {
  for (const dialogue of inventDialogues(0, 4, 3)) expect(dialogue).toHaveLength(3)
})
