import { expect, test } from 'vitest'
import { within } from './deadline.ts'

test('an answer in time is given, and so is its failure', async () => {
  expect(await within(1_000, Promise.resolve('yes'))).toBe('yes')
  await expect(within(1_000, Promise.reject(new Error('no')))).rejects.toThrow('no')
})

test('one that never comes ends with what was waited for', async () => {
  const never = new Promise<never>(() => undefined)
  await expect(within(5, never, 'The lease')).rejects.toMatchObject({
    name: 'DeadlineExceeded',
    code: 'ETIMEDOUT',
    message: 'The lease took longer than 5 ms.',
  })
})
