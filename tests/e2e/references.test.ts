import { randomUUID } from 'node:crypto'
import { ask } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { quote } from '@berth/platform/quote'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { addressesOf } from '../fixtures/addresses.ts'
import { type Belongings, type Kind, makeBelongings, secretNames, wrongIds } from '../fixtures/belongings.ts'
import { entities } from '../fixtures/schema.ts'
import { claimsOf, sign, signerOf } from '../fixtures/signer.ts'

const berth = inject('berth')
const data = inject('data')
// The subgraphs are for the gateway and for each other; where they can be reached, they keep the tenants apart themselves.
describe.runIf(data)('around the gateway', () => {
  const at = addressesOf(berth)
  let ann: Person
  let bob: Person
  let anns: Belongings

  beforeAll(async () => {
    ann = await newPerson(berth, 'ann')
    bob = await newPerson(berth, 'bob')
    anns = await makeBelongings(berth, ann)
  })

  const addresses: Record<string, string> = { auth: at.auth, models: at.models, servers: at.servers }
  const kinds: Record<string, Kind> = {
    'auth User': 'user',
    'auth Tenant': 'tenant',
    'models Model': 'model',
    'models ModelVersion': 'version',
    'models Retrieval': 'retrieval',
    'models Upload': 'upload',
    'servers Server': 'server',
  }

  test('every entity of the schema is tried here', () => {
    expect([...Object.keys(kinds), 'servers ModelVersion'].toSorted()).toEqual(entities().toSorted())
  })

  test.each(Object.keys(kinds))('%s of another tenant is referred to in vain', async (entity) => {
    const [subgraph = '', type] = entity.split(' ')
    const kind = kinds[entity] ?? 'server'
    const refer = (id: unknown, token?: string) =>
      ask(
        addresses[subgraph] ?? '',
        'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }',
        { of: [{ __typename: type, id }] },
        token,
      )
    const nothing = { status: 200, data: { _entities: [null] } }
    expect(await refer(anns[kind], ann.token)).toMatchObject({ data: { _entities: [{ __typename: type }] } })
    for (const id of [randomUUID(), ...wrongIds(anns, kind)]) {
      expect.soft(await refer(id, bob.token), quote(id)).toEqual(nothing)
    }
    expect((await refer(anns[kind])).data?._entities ?? [null]).toEqual([null])
  })

  test("a version's servers are those of the tenant that asks, whatever the version", async () => {
    const serversOf = async (id: unknown, token: string) => {
      const answer = await ask(
        at.servers,
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on ModelVersion { servers { name } } } }',
        { of: [{ __typename: 'ModelVersion', id }] },
        token,
      )
      return answer.data?._entities
    }
    expect(await serversOf(anns.version, ann.token)).toEqual([{ servers: [{ name: secretNames.server }] }])
    for (const id of [randomUUID(), anns.version, ...wrongIds(anns, 'version')]) {
      expect.soft(await serversOf(id, bob.token), quote(id)).toEqual([{ servers: [] }])
    }
    const narrow = sign(await signerOf({ berth, data, service: 'auth' }), claimsOf(ann.token), {
      scope: 'models:read',
    })
    expect(await serversOf(anns.version, narrow)).toEqual([{ servers: null }])
  })

  test('a download and the users of a version are told to nobody else', async () => {
    const get = async (url: string, token?: string) => {
      const response = await fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} })
      return { status: response.status, body: (await response.text()).replaceAll(/[\da-f-]{36}/g, '<id>') }
    }
    const download = (id: string, token?: string) => get(`${at.models}/versions/${id}/download`, token)
    const users = (id: string) => get(`${at.servers}/internal/versions/${id}/servers`, bob.token)
    expect((await download(anns.version, ann.token)).status).toBe(200)
    const absent = await download(randomUUID(), bob.token)
    expect(absent.status).toBe(404)
    expect(await download(anns.version, bob.token)).toEqual(absent)
    expect((await download('a%00b', bob.token)).status).toBe(404)
    expect((await download(anns.version)).status).toBe(401)
    expect((await users(anns.version)).status).toBeOneOf([401, 403])
    expect(await users(anns.version)).toEqual(await users(randomUUID()))
  })
})
