import { expect, test } from 'vitest'
import { createCap, originAllowed } from './admission.ts'

test.each([
  ['http://127.0.0.1:4000', true],
  ['http://localhost:4000', true],
  [undefined, true],
  ['http://127.0.0.1:4001', false],
  ['https://127.0.0.1:4000', false],
  ['http://evil.example', false],
  ['null', false],
])('a page of %s may open a socket: %s', (origin, allowed) => {
  expect(originAllowed(origin, ['http://127.0.0.1:4000'])).toBe(allowed)
})

test('a host that is not this machine has no twin', () => {
  expect(originAllowed('https://berth.example', ['https://berth.example'])).toBe(true)
  expect(originAllowed('https://localhost', ['https://berth.example'])).toBe(false)
})

test('a cap counts each apart, and leaving twice counts once', () => {
  const cap = createCap(2)
  const leave = cap.enter('anna')
  expect(cap.enter('anna')).toBeDefined()
  expect(cap.enter('anna')).toBeUndefined()
  expect(cap.enter('ben')).toBeDefined()
  leave?.()
  leave?.()
  expect(cap.enter('anna')).toBeDefined()
  expect(cap.enter('anna')).toBeUndefined()
})
