import { createLog } from '@berth/platform/log'
import { TokenError } from '@berth/platform/tokens'
import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { tokenExpiresAnnotation } from '../modelserve/plan.ts'
import { createModelsTokens } from './models.ts'

const log = createLog('test', 'silent')
const now = 1_800_000_000_000
const minute = 60_000
const fresh = jwt.sign({ exp: now / 1000 + 3_600 }, 'unused')

const secret = (leftMs: number) => ({
  metadata: { annotations: { [tokenExpiresAnnotation]: new Date(now + leftMs).toISOString() } },
  data: { token: 'eA==' },
})

function tokens(answer: () => string) {
  const asked: object[] = []
  const models = createModelsTokens(
    {
      async get(wanted) {
        asked.push(wanted)
        return answer()
      },
    },
    log,
  )
  return { asked, models }
}

test('a first token is narrowed to the tenant, and looked at again at half of its life', async () => {
  const { asked, models } = tokens(() => fresh)
  const advice = await models('tenant-1', undefined, now)
  expect(asked).toEqual([{ audience: 'berth-models', scope: 'models:read', tenant: 'tenant-1' }])
  expect(advice.token).toEqual({ token: fresh, expiresAt: now + 60 * minute })
  expect(advice.againAfterMs).toBeCloseTo(30 * minute, -4)
})

test('a token in its first half is left alone', async () => {
  const { asked, models } = tokens(() => fresh)
  const advice = await models('tenant-1', secret(40 * minute), now)
  expect(asked).toEqual([])
  expect(advice.token).toBeUndefined()
  expect(advice.againAfterMs).toBeCloseTo(10 * minute, -4)
})

test('while the auth service is away a token that still lives is kept; without one the failure is told', async () => {
  const { models } = tokens(() => {
    throw new TokenError('unavailable', 'away')
  })
  expect(await models('tenant-1', secret(20 * minute), now)).toEqual({ againAfterMs: 30_000 })
  await expect(models('tenant-1', secret(-1), now)).rejects.toThrow('away')
  await expect(models('tenant-1', undefined, now)).rejects.toThrow('away')
})
