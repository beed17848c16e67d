import { expect, test } from 'vitest'
import { judge, newRefreshToken, refreshTokenHash } from './session.ts'

const now = new Date('2026-11-01T12:00:00Z')
const before = new Date('2026-11-01T11:00:00Z')
const later = new Date('2026-11-01T13:00:00Z')

test.each([
  ['rotate', { usedAt: null, expiresAt: later }, { revokedAt: null }],
  ['expired', { usedAt: null, expiresAt: before }, { revokedAt: null }],
  ['expired', { usedAt: null, expiresAt: now }, { revokedAt: null }],
  ['reused', { usedAt: before, expiresAt: later }, { revokedAt: null }],
  ['reused', { usedAt: before, expiresAt: before }, { revokedAt: null }],
  ['revoked', { usedAt: null, expiresAt: later }, { revokedAt: before }],
  ['revoked', { usedAt: before, expiresAt: later }, { revokedAt: before }],
] as const)('%s: %j %j', (verdict, token, session) => {
  expect(judge(token, session, now)).toBe(verdict)
})

test('refresh tokens are long, unlike one another, and kept as hashes', () => {
  const [one, other] = [newRefreshToken(), newRefreshToken()]
  expect(one).toMatch(/^brt_[\w-]{43}$/)
  expect(one).not.toBe(other)
  expect(refreshTokenHash(one)).toHaveLength(32)
})
