import { ask } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { startGateway } from '../fixtures/gateway.ts'
import { openWireSocket } from '../fixtures/wire-socket.ts'

const berth = inject('berth')

describe.runIf(inject('data'))('a gateway set up for production', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>
  let ann: Person
  beforeAll(async () => {
    ann = await newPerson(berth)
    gateway = await startGateway(berth, {
      INTROSPECTION: 'off',
      PUBLIC_URL: 'https://berth.example',
      ALLOWED_ORIGINS: 'https://berth.example',
    })
  })
  afterAll(() => gateway?.stop())

  test('says that it is to be had by https only', async () => {
    for (const path of ['/', '/live', '/nothing']) {
      expect((await fetch(`${gateway.url}${path}`)).headers.get('strict-transport-security')).toBe(
        'max-age=31536000',
      )
    }
  })

  test('tells nothing of its schema, and shows no Sandbox', async () => {
    const introspections = [
      '{ __schema { queryType { name } } }',
      '{ __type(name: "Server") { name } }',
      '{ ...A } fragment A on Query { s: __schema { types { name } } }',
    ]
    for (const query of introspections) {
      const { status, errors } = await ask(gateway.url, query, {}, ann.token)
      expect(status).toBe(400)
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining('introspection is not allowed'),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      })
    }
    const guess = await ask(gateway.url, '{ modls { edges { cursor } } }', {}, ann.token)
    expect(guess.errors?.[0]?.message).toBe('Cannot query field "modls" on type "Query".')
    const input = await ask(
      gateway.url,
      'query ($i: PlanServerInput!) { planServer(input: $i) { allowed } }',
      { i: { nam: 'a' } },
      ann.token,
    )
    expect(JSON.stringify(input.errors)).not.toContain('Did you mean')
    expect((await ask(gateway.url, '{ me { username } }', {}, ann.token)).data).toEqual({
      me: { username: ann.username },
    })
    const page = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } })
    expect(await page.text()).not.toMatch(/sandbox/i)
  })

  test('nor over the socket', async () => {
    const wire = openWireSocket(gateway.url)
    await wire.enter(ann.token)
    const guesses = {
      schema: '{ __schema { queryType { name } } }',
      field: 'subscription { serversChangd { cursor } }',
    }
    for (const [id, query] of Object.entries(guesses))
      wire.send({ type: 'subscribe', id, payload: { query } })
    await expect
      .poll(() => wire.messages.filter(({ type }) => type !== 'connection_ack').length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(2)
    const told = JSON.stringify(wire.messages)
    expect(told).toContain('introspection is not allowed')
    expect(told).toContain('Cannot query field \\"serversChangd\\" on type \\"Subscription\\".')
    expect(told).not.toContain('Did you mean')
    wire.socket.terminate()
  })
})
