import type { Caller } from '@berth/platform/tokens'
import { expect, test } from 'vitest'
import { type Subgraph, type SubgraphAnswer, SubgraphUnavailable } from '../subgraph.ts'
import { explainAbsence } from './lookup.ts'

const caller: Caller = { kind: 'user', subject: 'ann', scopes: new Set(), token: 'token', expiresAt: 0 }
const absence = (ask: () => Promise<SubgraphAnswer>) => {
  const servers: Subgraph = { name: 'servers', ask, close: async () => undefined }
  return explainAbsence(servers, '6f1c1b2e-0000-4000-8000-000000000001', { caller, requestId: 'r' })
}
const failed = (code: string) => ({
  data: { server: null },
  errors: [{ message: 'The database is away.', extensions: { code } }],
})

test('what nobody has is not found', async () => {
  expect(await absence(async () => ({ data: { server: null } }))).toMatchObject({ status: 404 })
  expect(await absence(async () => failed('FORBIDDEN'))).toMatchObject({ status: 404 })
})

test('what is stopped is not ready', async () => {
  const server = { name: 'teller', status: 'STOPPED', message: null }
  expect(await absence(async () => ({ data: { server } }))).toMatchObject({
    status: 503,
    code: 'server_not_ready',
    headers: { 'retry-after': '5' },
  })
})

test.each([
  ['the database behind the service is away', async () => failed('SERVICE_UNAVAILABLE')],
  [
    'the service is away',
    async () => {
      throw new SubgraphUnavailable('servers', 'cannot be reached')
    },
  ],
])('when %s, that is told, and when to ask again', async (_case, ask) => {
  expect(await absence(ask)).toMatchObject({
    status: 503,
    code: 'server_unknown',
    headers: { 'retry-after': '2' },
  })
})
