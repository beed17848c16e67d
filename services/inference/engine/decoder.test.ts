import { expect, test } from 'vitest'
import { createDecoder } from './decoder.ts'

/** A vocabulary whose tokens are single bytes, as the worst of byte-level vocabularies would be. */
const fromBytes = (tokens: number[]) => Buffer.from(tokens).toString('utf8')
const bytesOf = (text: string) => [...Buffer.from(text)]

test.each(['plain', 'naïve café', '日本語', 'a 🦊 and a 👩‍🚀', 'Ωmega'])('%s comes through whole', (text) => {
  const decoder = createDecoder(fromBytes)
  const pieces = bytesOf(text).map((byte) => decoder.push(byte))
  expect([...pieces, decoder.end()].join('')).toBe(text)
  expect(pieces.every((piece) => !piece.includes('\uFFFD'))).toBe(true)
})

test('half a character at the end is dropped', () => {
  const decoder = createDecoder(fromBytes)
  const pieces = bytesOf('fox 🦊')
    .slice(0, -1)
    .map((byte) => decoder.push(byte))
  expect([...pieces, decoder.end()].join('')).toBe('fox ')
})

test('a replacement character that the model wrote stays', () => {
  const decoder = createDecoder(fromBytes)
  const pieces = bytesOf('a\uFFFDb').map((byte) => decoder.push(byte))
  expect([...pieces, decoder.end()].join('')).toBe('a\uFFFDb')
})

test('broken bytes do not hold everything back for ever', () => {
  const decoder = createDecoder(fromBytes)
  const pieces = [0x80, 0x80, 0x80, 0x80, 0x61, 0x62].map((byte) => decoder.push(byte))
  expect(pieces.join('')).toMatch(/ab$/)
})

test('the detokenizer sees the tokens before, for the blanks between words', () => {
  const seen: number[][] = []
  const decoder = createDecoder((tokens, before) => {
    seen.push(before)
    return tokens.join()
  })
  for (const token of [1, 2, 3, 4, 5, 6]) decoder.push(token)
  expect(seen.at(-1)).toEqual([2, 3, 4, 5])
})
