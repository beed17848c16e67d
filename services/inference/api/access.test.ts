import { type Caller, TokenError } from '@berth/platform/tokens'
import { expect, test } from 'vitest'
import { createAdmission } from './access.ts'

const caller = (fields: Partial<Caller> = {}): Caller => ({
  kind: 'user',
  subject: 'ada',
  scopes: new Set(['servers:invoke']),
  tenantId: 'hers',
  token: 'token',
  expiresAt: 0,
  ...fields,
})
const admit = (as: Caller | TokenError) =>
  createAdmission(
    { verify: () => (as instanceof TokenError ? Promise.reject(as) : Promise.resolve(as)) },
    'hers',
  )('Bearer token')

test("the tenant's own callers come in", async () => {
  await expect(admit(caller())).resolves.toBeUndefined()
})

test.each([
  ['no token', new TokenError('missing', 'no token'), 401, 'invalid_api_key'],
  ['an expired one', new TokenError('expired', 'expired'), 401, 'invalid_api_key'],
  ['a forged one', new TokenError('invalid', 'forged'), 401, 'invalid_api_key'],
  ['keys that cannot be read', new TokenError('unavailable', 'try again'), 503, 'authentication_unavailable'],
  ['a token without the scope', caller({ scopes: new Set(['servers:read']) }), 403, 'insufficient_scope'],
  ['another tenant', caller({ tenantId: 'his' }), 404, 'not_found'],
  ['a token of no tenant', caller({ tenantId: undefined }), 404, 'not_found'],
])('refused: %s', async (_what, as, status, code) => {
  await expect(admit(as)).rejects.toMatchObject({ status, code })
})
