import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

test('an open gate costs nothing', () => {
  expect(createGate().pass()).toBeUndefined()
})

test('whoever passes waits until the last change is made, also one that fails', async () => {
  const gate = createGate()
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  const order: string[] = []
  const changes = [gate.hold(() => first.promise), gate.hold(() => second.promise)]
  const passed = Promise.resolve(gate.pass()).then(() => order.push('passed'))
  first.resolve()
  await changes[0]
  order.push('first')
  second.reject(new Error('no room'))
  await expect(changes[1]).rejects.toThrow('no room')
  await passed
  expect(order).toEqual(['first', 'passed'])
  expect(gate.pass()).toBeUndefined()
})
