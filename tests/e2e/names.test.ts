import { randomBytes } from 'node:crypto'
import { until } from '@berth/kit/condition'
import { ask, field } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import {
  CustomObjectsApi,
  KubeConfig,
  type KubernetesObject,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node'
import { beforeAll, expect, inject, test } from 'vitest'

const berth = inject('berth')
const source = { uri: 's3://upstream/storyteller/storyteller.gguf' }
let ann: Person

beforeAll(async () => {
  ann = await newPerson(berth, 'ann')
})

interface Refusal {
  __typename: string
  message?: string
  field?: string | null
  reasons?: { code: string; message: string }[]
}

const told = '__typename ... on Error { message } ... on InvalidInput { field }'
const deployServer = (input: Record<string, unknown>) =>
  field<Refusal>(
    berth,
    `mutation ($input: DeployServerInput!) { deployServer(input: $input) {
      ${told} ... on ContractViolation { reasons { code message } } } }`,
    { input: { model: 'storyteller', replicas: 0, ...input } },
    ann.token,
  )
const registerModel = (input: Record<string, unknown>) =>
  field<Refusal & { version?: { id: string; model: { description: string | null } } }>(
    berth,
    `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
      ${told} ... on RegisterModelSuccess { version { id model { description } } } } }`,
    { input: { source, ...input } },
    ann.token,
  )
const registerUser = (input: Record<string, unknown>) =>
  field<Refusal>(berth, `mutation ($input: RegisterUserInput!) { registerUser(input: $input) { ${told} } }`, {
    input: { password: randomBytes(12).toString('base64url'), ...input },
  })

const tricks: [what: string, name: string][] = [
  ['nothing', ''],
  ['a blank', ' '],
  ['upper case', 'Tales'],
  ['an underscore', 'my_tales'],
  ['a hyphen first', '-tales'],
  ['a hyphen last', 'tales-'],
  ['64 characters', 'a'.repeat(64)],
  ['100,000 characters', 'a'.repeat(100_000)],
  ['a letter of another alphabet that looks the same', 't\u0430les'],
  ['letters of full width', '\uff54\uff41\uff4c\uff45\uff53'],
  ['an accent, composed', 't\u00e4les'],
  ['an accent, decomposed', 'ta\u0308les'],
  ['a character of no width', 'ta\u200bles'],
  ['a joiner', 'ta\u200dles'],
  ['a turn of the direction', 'ta\u202eles'],
  ['a storm of marks', `t${'\u0301'.repeat(200)}ales`],
  ['an emoji', 'tales-\u{1f4d6}'],
  ['half a surrogate pair', 'tales\ud800'],
  ['NUL', 'ta\0les'],
  ['a line end last', 'tales\n'],
  ['a slash', 'tales/../x'],
  ['markup', '<b>tales</b>'],
  ['a quotation mark', `tales"'; DROP TABLE servers; --`],
]
/** Of these a model's name may have some, since it names no object in Kubernetes. */
const serverTricks: typeof tricks = [
  ...tricks,
  ['a dot', 'my.tales'],
  ['digits alone', '12345'],
  ['a digit first', '1tales'],
  ['41 characters', 'a'.repeat(41)],
]

/** What cannot be seen, or is too long, is not repeated as it came. */
const readable = (message: string | undefined) => {
  expect(message?.length).toBeLessThan(800)
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|\p{M}/u)
}

test.each(serverTricks)('a server is not named with %s', async (_what, name) => {
  const { __typename, field: wrong, message } = await deployServer({ name })
  expect({ __typename, wrong }).toEqual({ __typename: 'InvalidInput', wrong: 'name' })
  expect(message).toContain('1 to 40 lower-case letters')
  readable(message)
})

test.each(tricks)('neither a model nor a tag is named with %s', async (_what, name) => {
  for (const [wrong, input] of [
    ['name', { name }],
    ['tag', { name: 'tales', tag: name }],
  ] as const) {
    const answer = await registerModel(input)
    expect(answer).toMatchObject({ __typename: 'InvalidInput', field: wrong })
    expect(answer.message).toContain('1 to 63 lower-case letters')
    readable(answer.message)
  }
  const found = await ask(berth, 'query ($name: String!) { model(name: $name) { id } }', { name }, ann.token)
  expect(found).toEqual({ status: 200, data: { model: null } })
})

test.each(tricks)('nobody is registered under %s, nor with such an e-mail address', async (_what, name) => {
  const wrongName = await registerUser({ username: name })
  expect(wrongName).toMatchObject({ __typename: 'InvalidInput', field: 'username' })
  readable(wrongName.message)
  const email = `${name}@example.com`
  if (/^[\w-]+@/.test(email) && email.length < 254) return
  const wrongEmail = await registerUser({ username: `p-${randomBytes(5).toString('hex')}`, email })
  expect(wrongEmail).toMatchObject({ __typename: 'InvalidInput', field: 'email' })
  readable(wrongEmail.message)
})

test.each([
  ['NUL', 'a\0b'],
  ['a bell', 'a\u0007b'],
  ['a turn of the direction', 'a\u202eb'],
  ['half a surrogate pair', '\ud800'],
  ['a storm of marks', `z${'\u0301'.repeat(60)}`],
  ['too much', 'x'.repeat(2_001)],
])('a description is refused for %s', async (_what, description) => {
  const answer = await registerModel({ name: 'described', description })
  expect(answer).toMatchObject({ __typename: 'InvalidInput', field: 'description' })
  readable(answer.message)
})

test('a description is plain text, composed, and found in either form', async () => {
  const { version } = await registerModel({ name: 'fairy', description: 'Ma\u0308rchen 👩‍🚀\n<b>&amp;</b>' })
  expect(version?.model.description).toBe('M\u00e4rchen 👩‍🚀\n<b>&amp;</b>')
  const search = 'query ($search: String) { models(search: $search) { edges { node { name } } } }'
  const find = async (text: string) =>
    JSON.stringify((await ask(berth, search, { search: text }, ann.token)).data)
  expect(await find('ma\u0308rchen')).toContain('fairy')
  expect(await find('M\u00e4RCHEN')).toContain('fairy')
  for (const none of ['%', '_', '\\', 'm\u0430rchen', '\u200b']) {
    expect(await find(none)).toContain('"edges":[]')
  }
  for (const wrong of ['\0', '\ud800', 'x'.repeat(100_000)]) {
    const { errors } = await ask(berth, search, { search: wrong }, ann.token)
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT')
  }
})

test('of ten who want a name at once, one gets it', async () => {
  const racing = <T>(race: () => Promise<T>) => Promise.all(Array.from({ length: 10 }, race))
  const kinds = (answers: Refusal[]) => answers.map(({ __typename }) => __typename).toSorted()
  const nine = (__typename: string) => Array.from({ length: 9 }, () => __typename)

  const servers = await racing(() => deployServer({ name: 'raced' }))
  expect(kinds(servers)).toEqual([...nine('ContractViolation'), 'DeployServerSuccess'])
  for (const { reasons } of servers)
    expect(reasons ?? [{ code: 'NAME_TAKEN' }]).toMatchObject([{ code: 'NAME_TAKEN' }])

  const key = () => randomBytes(5).toString('hex')
  const models = await racing(() =>
    registerModel({ name: 'raced', source: { uri: `s3://upstream/${key()}` } }),
  )
  expect(kinds(models)).toEqual(['RegisterModelSuccess', ...nine('VersionTaken')])

  const username = `raced-${key()}`
  expect(kinds(await racing(() => registerUser({ username })))).toEqual([
    'RegisterUserSuccess',
    ...nine('UsernameTaken'),
  ])
})

/** Keeps a server's resource in the cluster, though it be deleted. @returns what lets it go */
async function hold(name: string): Promise<() => Promise<void>> {
  const config = new KubeConfig()
  config.loadFromFile(inject('kubeconfig'))
  const api = config.makeApiClient(CustomObjectsApi)
  const kind = { group: 'berth.dev', version: 'v1alpha1', plural: 'modelserves' }
  const place = { ...kind, namespace: `berth-${ann.username}`, name }
  const read = async () => {
    const { metadata }: KubernetesObject = await api.getNamespacedCustomObject(place)
    return metadata?.finalizers ?? []
  }
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  const write = (finalizers: string[]) =>
    api.patchNamespacedCustomObject({ ...place, body: { metadata: { finalizers } } }, merge)
  await write([...(await read()), 'example.com/held'])
  return async () => {
    await until('nobody else holds it', async () => (await read()).length === 1)
    await write([])
  }
}

test('a name is taken until its server is gone, and the message says which of the two it is', async () => {
  const server = await deploy(berth, ann.token, { name: 'again', model: 'storyteller' })
  await untilStatus(berth, ann.token, server.id, 'READY')
  const taken = await deployServer({ name: 'again' })
  expect(taken.message).toContain('There is a server named again already')
  const letGo = await hold('again')
  await field(
    berth,
    'mutation ($id: ID!) { deleteServer(id: $id) { __typename } }',
    { id: server.id },
    ann.token,
  )
  const going = await deployServer({ name: 'again' })
  expect(going.reasons).toEqual([
    { code: 'NAME_TAKEN', message: expect.stringContaining('is being deleted; try again in a moment') },
  ])
  await letGo()
  await until('the server is gone', async () => (await readServer(berth, ann.token, server.id)) === null)
  expect((await deployServer({ name: 'again' })).__typename).toBe('DeployServerSuccess')
})
