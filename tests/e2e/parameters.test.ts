import { until } from '@berth/kit/condition'
import { encodeHeader } from '@berth/kit/gguf'
import { ask, field } from '@berth/kit/graph'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { registerSized } from '@berth/kit/models'
import { newPerson, type Person } from '@berth/kit/people'
import { untilStatus } from '@berth/kit/servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { file, type Source, startSource } from '../fixtures/source.ts'

let berth: TemporaryBerth
let ann: Person
let source: Source

beforeAll(async () => {
  source = await startSource()
  berth = await startTemporaryBerth({
    env: {
      LIMIT_SERVERS: '3',
      LIMIT_REPLICAS: '4',
      LIMIT_CPU: '6',
      LIMIT_MEMORY: '1Gi',
      STORAGE_LIMITS: '{"default": {"storage": "7Pi", "file": "7Pi"}}',
      BERTH_SOURCE_ALLOW: '127.0.0.1',
    },
  })
  ann = await newPerson(berth.url, 'ann')
})
afterAll(async () => {
  await source?.close()
  expect(await berth?.remove()).toBe(0)
})

interface Refusal {
  __typename: string
  message?: string
  field?: string | null
  reasons?: { code: string; message: string }[]
  server?: { id: string }
}

const planServer = (input: Record<string, unknown>, token = ann.token) =>
  field<{ allowed: boolean; token: string | null; reasons: { code: string; message: string }[] }>(
    berth.url,
    'query ($input: PlanServerInput!) { planServer(input: $input) { allowed token reasons { code message } } }',
    { input: { name: 'tales', model: 'storyteller', ...input } },
    token,
  )
const deployServer = (input: Record<string, unknown>, token = ann.token) =>
  field<Refusal>(
    berth.url,
    `mutation ($input: DeployServerInput!) { deployServer(input: $input) {
      __typename ... on Error { message } ... on InvalidInput { field } ... on ContractViolation { reasons { code message } }
      ... on DeployServerSuccess { server { id } } } }`,
    { input: { name: 'tales', model: 'storyteller', ...input } },
    token,
  )
const scaleServer = (id: string, replicas: unknown, token = ann.token) =>
  ask(
    berth.url,
    `mutation ($id: ID!, $replicas: Int!) { scaleServer(id: $id, replicas: $replicas) {
      __typename ... on Error { message } ... on InvalidInput { field } } }`,
    { id, replicas },
    token,
  )
const serversOf = async (token = ann.token) =>
  (
    await field<{ edges: { node: { name: string } }[] }>(
      berth.url,
      '{ servers(first: 100) { edges { node { name } } } }',
      {},
      token,
    )
  ).edges.map(({ node }) => node.name)

const ranges = {
  contextSize: [128, 1_048_576],
  parallel: [1, 64],
  threads: [1, 256],
  gpuLayers: [0, 1_000],
  batchSize: [16, 8_192],
} as const
const most = 2 ** 31 - 1
const outside = Object.entries(ranges).flatMap(([name, [from, to]]) =>
  [from - 1, to + 1, -1, -most, most].map((value) => [name, value, `${from} to ${to}`] as const),
)

test.each(outside)('%s cannot be %d', async (name, value, range) => {
  const runtime = { [name]: value }
  const refused = await deployServer({ runtime })
  expect(refused).toMatchObject({ __typename: 'InvalidInput', field: `runtime.${name}` })
  expect(refused.message).toBe(`The ${name} ${value} is out of range; it can be ${range}.`)
  const plan = await planServer({ runtime })
  expect(plan).toMatchObject({ allowed: false, token: null })
  expect(plan.reasons).toContainEqual({ code: 'INVALID_INPUT', message: refused.message })
  expect(await serversOf()).toEqual([])
})

test.each([-1, 101, most, -most])('there are no %d replicas', async (replicas) => {
  expect(await deployServer({ replicas })).toMatchObject({
    __typename: 'InvalidInput',
    field: 'replicas',
    message: `${replicas} replicas cannot be had; ask for 0 to 100.`,
  })
  expect(await serversOf()).toEqual([])
})

test.each([1.5, 2 ** 31, 1e300, '4', true, [], {}])('%j is no whole number for the graph', async (value) => {
  for (const input of [{ replicas: value }, { runtime: { parallel: value } }]) {
    const { data, errors } = await ask(
      berth.url,
      'mutation ($input: DeployServerInput!) { deployServer(input: $input) { __typename } }',
      { input: { name: 'tales', model: 'storyteller', ...input } },
      ann.token,
    )
    expect(data ?? null).toBeNull()
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(/Int/),
      extensions: { code: 'BAD_USER_INPUT' },
    })
  }
})

test('a context beyond what the model was made for is refused', async () => {
  const { reasons } = await deployServer({ runtime: { contextSize: 1_025 } })
  expect(reasons).toEqual([
    {
      code: 'CONTEXT_TOO_LONG',
      message:
        'A context of 1025 tokens is longer than the 1024 that storyteller was made for; ask for 1024 or fewer.',
    },
  ])
})

test.each([
  [
    'QUOTA_REPLICAS',
    { replicas: 5, runtime: { threads: 1 } },
    /^5 replicas would be used, the limit is 4, and 0 are in use now\. Take fewer/,
  ],
  ['QUOTA_CPU', { replicas: 2, runtime: { threads: 4 } }, /^8 CPU cores would be used, the limit is 6/],
  [
    'QUOTA_MEMORY',
    { replicas: 4, runtime: { threads: 1 } },
    /^[\d.]+ GiB of memory would be used, the limit is 1 GiB/,
  ],
])('%s says what is used and what to do', async (code, input, message) => {
  const refused = await deployServer(input)
  expect(refused.__typename).toBe('ContractViolation')
  expect(refused.reasons).toContainEqual({ code, message: expect.stringMatching(message) })
  expect(await serversOf()).toEqual([])
})

/** Registers a model whose header claims this shape and whose source announces this size; nothing is behind it. */
async function claim(name: string, announced: number, shape: Record<string, number>): Promise<void> {
  const numbers = Object.entries(shape).map(
    ([key, value]) => [`llama.${key}`, { type: 'uint32', value }] as const,
  )
  const header = encodeHeader(
    { 'general.architecture': { type: 'string', value: 'llama' }, ...Object.fromEntries(numbers) },
    [],
  )
  const uri = source.give(`/${name}`, file(header, announced))
  await registerSized(berth.url, ann.token, { name, source: { uri } })
}

test.each([
  [
    '70-billion',
    40e9,
    { context_length: 8_192, block_count: 80, embedding_length: 8_192, 'attention.head_count': 64 },
  ],
  [
    'beyond-counting',
    2 ** 52,
    {
      context_length: most,
      block_count: most,
      embedding_length: most,
      'attention.head_count': 1,
      'attention.head_count_kv': most,
    },
  ],
])('a model as large as %s is refused before anything is retrieved', async (model, size, shape) => {
  await claim(model, size, shape)
  const refused = await deployServer({ model })
  expect(refused.reasons?.map(({ code }) => code)).toEqual(['QUOTA_MEMORY'])
  expect(refused.message).toMatch(
    /[\d.]+ GiB of memory would be used, the limit is 1 GiB.*Take a shorter context/,
  )
  expect((await planServer({ model })).reasons).toEqual(refused.reasons)
  // Without a replica there is nothing to refuse, until one is asked for.
  const { server } = await deployServer({ model, replicas: 0, name: `no-${model}` })
  expect(JSON.stringify(await scaleServer(server?.id ?? '', 1))).toContain('ContractViolation')
  await field(
    berth.url,
    'mutation ($id: ID!) { deleteServer(id: $id) { __typename } }',
    { id: server?.id },
    ann.token,
  )
  await until('the server is gone', async () => !(await serversOf()).length)
})

test('a server that runs is not scaled beyond the contract, nor by nonsense', async () => {
  const bob = await newPerson(berth.url, 'bob')
  const { server } = await deployServer({ runtime: { threads: 1, parallel: 1 } }, bob.token)
  const id = server?.id ?? ''
  await untilStatus(berth.url, bob.token, id, 'READY')
  for (const [replicas, outcome] of [
    [-1, 'InvalidInput'],
    [101, 'InvalidInput'],
    [5, 'ContractViolation'],
    [1.5, 'BAD_USER_INPUT'],
  ] as const) {
    expect(JSON.stringify(await scaleServer(id, replicas, bob.token))).toContain(outcome)
  }
  expect((await untilStatus(berth.url, bob.token, id, 'READY')).replicas).toBe(1)
  const more = await Promise.all(
    ['one', 'two', 'three', 'four'].map((name) => deployServer({ name, replicas: 0 }, bob.token)),
  )
  expect(more.map(({ __typename }) => __typename).toSorted()).toEqual([
    'ContractViolation',
    'ContractViolation',
    'DeployServerSuccess',
    'DeployServerSuccess',
  ])
  expect(more.flatMap(({ reasons }) => reasons ?? []).map(({ code }) => code)).toEqual([
    'QUOTA_SERVERS',
    'QUOTA_SERVERS',
  ])
  expect(await serversOf(bob.token)).toHaveLength(3)
})
