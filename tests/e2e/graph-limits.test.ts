import { ask } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { addressesOf } from '../fixtures/addresses.ts'
import { meanwhile, patienceMs } from '../fixtures/bystander.ts'
import { expectDiscreet } from '../fixtures/discretion.ts'
import { untilIdle } from '../fixtures/gauges.ts'
import { documents, endless, values } from '../fixtures/hostile-documents.ts'

const berth = inject('berth')
let ann: Person
beforeAll(async () => {
  ann = await newPerson(berth)
})

interface Told {
  message: string
  extensions: { code?: string }
}

/** Posts a body to a graph: an object as JSON, text as it is. */
async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ann.token}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  expectDiscreet(text)
  expect(text.length).toBeLessThan(50_000)
  const { errors = [], data } = JSON.parse(text) as { errors?: Told[]; data?: unknown }
  return { status: response.status, errors, data }
}

const graphs = inject('data') ? (['gateway', 'models'] as const) : (['gateway'] as const)
const urlOf = (graph: (typeof graphs)[number]) => (graph === 'gateway' ? berth : addressesOf(berth).models)

describe.each(graphs)('the %s', (graph) => {
  const url = urlOf(graph)

  test.each(documents)('refuses a document that is %s', async (_what, query, code, message) => {
    const { result, slowestMs } = await meanwhile(berth, () => post(url, { query }))
    expect(result.status).toBe(400)
    expect(result.data).toBeUndefined()
    expect(result.errors.find((error) => message.test(error.message))?.extensions.code).toBe(code)
    expect(slowestMs).toBeLessThan(patienceMs)
  })

  test.each(values)('refuses %s', async (_what, body, status, code, message) => {
    const { result, slowestMs } = await meanwhile(berth, () => post(url, body))
    expect(result.status).toBe(status)
    expect(result.errors.map(({ extensions }) => extensions.code)).toContain(code)
    expect(result.errors.map((error) => error.message).join('\n')).toMatch(message)
    expect(slowestMs).toBeLessThan(patienceMs)
  })

  test('takes no operation that a page of another origin could send unasked', async () => {
    const query = '{"query":"mutation { __typename }"}'
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
    ]) {
      const { status, errors } = await post(url, query, { 'content-type': type })
      expect([400, 415]).toContain(status)
      expect(errors[0]?.extensions.code).toBe('BAD_REQUEST')
    }
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(`${url}/graphql?query=mutation%20%7B__typename%7D`, {
        method,
        headers: { 'content-type': 'application/json', 'apollo-require-preflight': '1' },
      })
      expect([404, 405]).toContain(response.status)
      expect(await response.text()).not.toContain('data')
    }
  })

  test('runs no subscription by HTTP', async () => {
    const query = 'subscription { retrieval(versionId: "00000000-0000-4000-8000-000000000000") { id } }'
    const { status, errors } = await post(url, { query })
    expect(status).toBe(400)
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(/ws|WebSocket/),
      extensions: { code: 'BAD_REQUEST' },
    })
    const stream = await fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'text/event-stream' },
    })
    expect([404, 405]).toContain(stream.status)
    await stream.body?.cancel()
  })

  test('answers a flood of documents that it refuses, and others meanwhile', async () => {
    const bomb = { query: endless(40) }
    const { result, slowestMs } = await meanwhile(berth, () =>
      Promise.all(Array.from({ length: 50 }, () => post(url, bomb))),
    )
    expect(new Set(result.map(({ status }) => status))).toEqual(new Set([400]))
    expect(slowestMs).toBeLessThan(patienceMs)
  })
})

test('what a full introspection and the largest pages ask for is let through', async () => {
  const { data, errors } = await ask(
    berth,
    `{ models(first: 100) { edges { node { id versions { id tag retrieval { steps { name } } } } } } }`,
    {},
    ann.token,
  )
  expect(errors).toBeUndefined()
  expect(data).toHaveProperty('models')
})

test('nothing is left of all this', async () => {
  await untilIdle(berth)
  const { data } = await ask(berth, '{ me { username } }', {}, ann.token)
  expect(data).toEqual({ me: { username: ann.username } })
})
