import { expect, test } from 'vitest'
import { askHealth, outageText } from './outage.ts'

const answering = (status: number, body: object): typeof fetch => {
  return async () => new Response(JSON.stringify(body), { status })
}

test('health tells what is away', async () => {
  expect(await askHealth(answering(200, { checks: { auth: true } }))).toBeNull()
  expect(await askHealth(answering(503, { checks: { auth: true, servers: false } }))).toEqual(['servers'])
  expect(await askHealth(async () => Promise.reject(new TypeError('refused')))).toBe('all')
  expect(await askHealth(async () => new Response('<html>', { status: 502 }))).toBe('all')
})

test('one part is away, or several; what a service lacks, and not the service', () => {
  expect(outageText(['servers'], true)).toMatch(/^The servers service is away\./)
  expect(outageText(['auth', 'operator'], false)).toMatch(/^Sign-in and the operator are away\./)
  const lacking = ['auth', 'auth/postgres', 'models', 'models/postgres', 'models/objects']
  expect(outageText(lacking, false)).toMatch(/^The database and the object store are away\./)
})

test('a socket that is lost while all is well is told as that; nothing is told of nothing', () => {
  expect(outageText(null, true)).toMatch(/^Live updates are cut off/)
  expect(outageText('all', true)).toMatch(/^Berth cannot be reached/)
  expect(outageText(null, false)).toBeUndefined()
})
