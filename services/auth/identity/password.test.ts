import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPasswords, passwordMistake, TooBusyError } from './password.ts'

test('a password is verified against its argon2id hash with the parameters that OWASP names', async () => {
  const passwords = await createPasswords()
  const hashed = await passwords.hash('correct horse battery')
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwords.verify('correct horse battery', hashed)).toBe(true)
  expect(await passwords.verify('correct horse batterz', hashed)).toBe(false)
  expect(await passwords.hash('correct horse battery')).not.toBe(hashed)
})

test('the same characters typed on another keyboard are the same password', async () => {
  const passwords = await createPasswords()
  const hashed = await passwords.hash('caf\u00e9 au lait')
  expect(await passwords.verify('cafe\u0301 au lait', hashed)).toBe(true)
})

test('a user that is not there costs one verification too, and is never let in', async () => {
  const verified: string[] = []
  const passwords = await createPasswords({
    hasher: {
      hash: async () => 'hash of nobody',
      verify: async (hash) => {
        verified.push(hash)
        return true
      },
    },
  })
  expect(await passwords.verify('anything at all', undefined)).toBe(false)
  expect(verified).toEqual(['hash of nobody'])
})

test('a flood is held to a few at once, and refused when too many wait', async () => {
  let running = 0
  let most = 0
  const passwords = await createPasswords({
    atOnce: 2,
    waiting: 3,
    hasher: {
      hash: async () => '',
      verify: async () => {
        running += 1
        most = Math.max(most, running)
        await delay(5)
        running -= 1
        return true
      },
    },
  })
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, () => passwords.verify('some password', 'hash')),
  )
  expect(most).toBe(2)
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  expect(
    results.filter((result) => result.status === 'rejected' && result.reason instanceof TooBusyError),
  ).toHaveLength(3)
  await expect(passwords.verify('some password', 'hash')).resolves.toBe(true)
})

test.each([
  ['nine char', /at least 10/],
  ['x'.repeat(257), /at most 256/],
  ['Ada-Lovelace', /username/],
  ['aaaaaaaaaaaaaaa', /repeats/],
])('%j is refused', (password, why) => {
  expect(passwordMistake(password, 'ada-lovelace')).toMatch(why)
})

test('a phrase is accepted, and its characters are counted as people count them', () => {
  expect(passwordMistake('a phrase of some length', 'ada')).toBeUndefined()
  expect(passwordMistake('🐟🐠🐡🦈🐙🦀🦞🦐🦑', 'ada')).toMatch(/at least 10/)
})
