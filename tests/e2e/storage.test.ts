import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { registerModel, registerSized } from '@berth/kit/models'
import { newPerson, type Person, signIn } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { file, type Handler, type Source, startSource, status } from '../fixtures/source.ts'

const berth = inject('berth')
const cramped = inject('cramped')
const header = readFileSync(resolve(import.meta.dirname, '../../infra/demo-model/storyteller.gguf'))
const gibi = 2 ** 30

let ann: Person
let source: Source
beforeAll(async () => {
  source = await startSource()
  ann = await newPerson(berth, 'ann')
})
afterAll(() => source?.close())

const retrieve = (id: string, { token } = ann) =>
  field<{ __typename: string; message?: string; storage?: Record<string, number> }>(
    berth,
    `mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename ... on Error { message }
      ... on StorageExceeded { storage { usedBytes reservedBytes limitBytes fileLimitBytes } } } }`,
    { id },
    token,
  )
const storage = ({ token }: Person) =>
  field<Record<'usedBytes' | 'reservedBytes' | 'limitBytes' | 'fileLimitBytes', number>>(
    berth,
    '{ modelStorage { usedBytes reservedBytes limitBytes fileLimitBytes } }',
    {},
    token,
  )

test('a file beyond the limit is refused: by the plan, by the retrieval, and where its size comes out late', async () => {
  const { fileLimitBytes } = await storage(ann)
  const huge = source.give('/huge.gguf', file(header, 2 * fileLimitBytes))
  const { id } = await registerSized(berth, ann.token, { name: 'huge', source: { uri: huge } })
  const refused = await retrieve(id)
  expect(refused).toMatchObject({ __typename: 'StorageExceeded', storage: { fileLimitBytes } })
  expect(refused.message).toBe(
    `huge:latest has ${(2 * fileLimitBytes) / gibi} GiB; a file can have ${fileLimitBytes / gibi} GiB at most. Choose a smaller quantisation, or ask for a higher limit.`,
  )
  await expect(deploy(berth, ann.token, { name: 'huge', model: 'huge', replicas: 0 })).rejects.toThrow(
    /huge has .* GiB, and a file of this tenant can have/,
  )

  source.give('/late.gguf', status(503))
  const late = await registerModel(berth, ann.token, {
    name: 'late',
    source: { uri: `${source.url}/late.gguf` },
  })
  source.give('/late.gguf', file(header, 2 * fileLimitBytes))
  const server = await deploy(berth, ann.token, { name: 'late', model: 'late', replicas: 0 })
  await expect(untilStatus(berth, ann.token, server.id, 'READY')).rejects.toThrow(
    /Retrieving late failed: late:latest has .* GiB; a file can have .* Start the server/,
  )
  expect((await retrieve(late.id)).__typename).toBe('StorageExceeded')
  expect(await storage(ann)).toMatchObject({ reservedBytes: 0 })
})

test('the last of the storage is given away once, whoever asks at the same time', async () => {
  const carl = await newPerson(berth, 'carl')
  const { limitBytes, fileLimitBytes } = await storage(carl)
  const size = Math.floor(fileLimitBytes * 0.9)
  const fit = Math.floor(limitBytes / size)
  let open = () => {}
  const gate = new Promise<void>((opened) => (open = opened))
  const versions = await Promise.all(
    Array.from({ length: fit + 2 }, async (_, index) => {
      const path = `/large-${index}.gguf`
      const uri = source.give(path, file(header, size))
      const version = await registerSized(berth, carl.token, { name: `large-${index}`, source: { uri } })
      // What is under way stays so until everybody has asked.
      source.give(path, (_request, response) => void gate.then(() => status(404)(_request, response)))
      return version
    }),
  )
  const begun = await Promise.all(versions.map(({ id }) => retrieve(id, carl)))
  const refused = begun.filter(({ __typename }) => __typename === 'StorageExceeded')
  expect(refused).toHaveLength(2)
  expect(refused[0]?.message).toMatch(
    /^There is no room for large-\d:latest of 90 GiB: this tenant stores 0 bytes, .* GiB are on their way, and the limit is/,
  )
  expect(await storage(carl)).toMatchObject({ usedBytes: 0, reservedBytes: fit * size })
  open()
  await until('nothing is on its way', async () => (await storage(carl)).reservedBytes === 0)
})

/** Announces no size, and never ends. */
const endless: Handler = (_request, response) => {
  const piece = Buffer.alloc(256 * 1024)
  header.copy(piece)
  const more = () => {
    while (!response.destroyed && response.write(piece));
  }
  response.on('drain', more)
  more()
}

// Whoever has the limits is known here alone.
describe.runIf(cramped)('a tenant with 5 MiB', () => {
  let person: Person
  beforeAll(async () => {
    const account = { username: cramped, password: 'room for one story' }
    await field(
      berth,
      'mutation ($input: RegisterUserInput!) { registerUser(input: $input) { __typename } }',
      { input: account },
    )
    person = await signIn(berth, account.username, account.password)
  })

  const ended = async (id: string, { token } = person) => {
    const version = await until('the retrieval has ended', async () => {
      const found = await field<{ status: string; retrieval: { error: string | null } }>(
        berth,
        'query ($id: ID!) { modelVersion(id: $id) { status retrieval { error } } }',
        { id },
        token,
      )
      return found.status !== 'RETRIEVING' && found
    })
    return { status: version.status, error: version.retrieval.error }
  }

  test('stores one story, and nothing that turns out to be too much', async () => {
    const uri = source.give('/story.gguf', file(header))
    const story = await registerModel(berth, person.token, { name: 'story', source: { uri } })
    expect((await retrieve(story.id, person)).__typename).toBe('RetrieveModelSuccess')
    expect(await ended(story.id)).toEqual({ status: 'READY', error: null })
    expect(await storage(person)).toEqual({
      usedBytes: header.length,
      reservedBytes: 0,
      limitBytes: 5 * 2 ** 20,
      fileLimitBytes: 4 * 2 ** 20,
    })
    const second = await registerSized(berth, person.token, { name: 'second', source: { uri } })
    expect((await retrieve(second.id, person)).message).toMatch(
      /^There is no room for second:latest of 3.6 MiB: this tenant stores 3.6 MiB, and the limit is 5 MiB/,
    )
    const stream = { name: 'endless', source: { uri: source.give('/endless.gguf', endless) } }
    const { id } = await registerModel(berth, person.token, stream)
    expect((await retrieve(id, person)).__typename).toBe('RetrieveModelSuccess')
    const { status, error } = await ended(id)
    expect(status).toBe('FAILED')
    expect(error).toMatch(/^There is no room for endless:latest of|^endless:latest has .* at most\./)
    expect(await storage(person)).toMatchObject({ usedBytes: header.length, reservedBytes: 0 })
  })
})
