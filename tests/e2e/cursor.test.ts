import { until } from '@berth/kit/condition'
import { field, subscribe } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { beforeAll, expect, inject, test } from 'vitest'

const berth = inject('berth')
let ann: Person

interface Change {
  cursor: string
  type: 'SNAPSHOT' | 'ADDED' | 'UPDATED' | 'DELETED'
  serverId: string
  server: { name: string; status: string; replicas: number } | null
}

const query = `subscription ($after: String) { serversChanged(after: $after) {
  cursor type serverId server { name status replicas } } }`
const watch = (after?: string) => subscribe<Change>(berth, ann.token, query, { after })

const act = (mutation: string, id: string) =>
  field<{ __typename: string }>(
    berth,
    `mutation ($id: ID!) { ${mutation} { __typename } }`,
    { id },
    ann.token,
  )

beforeAll(async () => {
  ann = await newPerson(berth, 'ann')
})

test('a snapshot comes first; after a cut, exactly what happened meanwhile', async () => {
  const stays = await deploy(berth, ann.token, { name: 'stays', model: 'storyteller' })
  const goes = await deploy(berth, ann.token, { name: 'goes', model: 'storyteller' })
  await untilStatus(berth, ann.token, stays.id, 'READY')
  await untilStatus(berth, ann.token, goes.id, 'READY')
  for (const { id } of [stays, goes]) {
    await act('stopServer(id: $id)', id)
    // Pods that still go away are changes too; the cut is to come after the last of them.
    await until('it has stopped', async () => {
      const server = await readServer(berth, ann.token, id)
      return server?.status === 'STOPPED' && server.message === null && server.kubernetes.pods.length === 0
    })
  }

  const first = watch()
  await until(
    'both are in the snapshot',
    () => new Set(first.events.map(({ serverId }) => serverId)).size === 2,
  )
  expect(first.events.slice(0, 2).every(({ type }) => type === 'SNAPSHOT')).toBe(true)
  const { cursor } = first.events.at(-1) ?? { cursor: '' }
  await first.close()

  await act('deleteServer(id: $id)', goes.id)
  await until('it is gone', async () => (await readServer(berth, ann.token, goes.id)) === null)
  const comes = await deploy(berth, ann.token, { name: 'comes', model: 'storyteller' })
  await untilStatus(berth, ann.token, comes.id, 'READY')

  const second = watch(cursor)
  await until('the cut is made up for', () => second.events.some(({ serverId }) => serverId === comes.id))
  await until('the deletion is told', () => second.events.some(({ type }) => type === 'DELETED'))
  expect(second.events.some(({ type }) => type === 'SNAPSHOT')).toBe(false)
  expect(second.events.find(({ serverId }) => serverId === goes.id)).toMatchObject({
    type: 'DELETED',
    server: null,
  })
  expect(second.events.find(({ serverId }) => serverId === comes.id)?.type).toBe('ADDED')
  expect(second.events.some(({ serverId }) => serverId === stays.id)).toBe(false)
  await second.close()
})

test('no cursor comes twice, and they only grow', async () => {
  const live = watch()
  await until('there is a snapshot', () => live.events.length > 0)
  const { id } = await deploy(berth, ann.token, { name: 'busy', model: 'storyteller' })
  await until(
    'it is ready',
    () => live.events.some(({ serverId, server }) => serverId === id && server?.status === 'READY'),
    120_000,
  )
  await act('deleteServer(id: $id)', id)
  await until('it is gone', () =>
    live.events.some(({ serverId, type }) => serverId === id && type === 'DELETED'),
  )
  const cursors = live.events.map(({ cursor }) => cursor)
  expect(new Set(cursors).size).toBe(cursors.length)
  await live.close()
})

test('a cursor that never was is refused', async () => {
  const live = watch('not a cursor')
  await until('the subscription is refused', () => live.errors.length > 0)
  expect(JSON.stringify(live.errors)).toContain('BAD_USER_INPUT')
  await live.close()
})

test('a subscription by HTTP is refused with a reason', async () => {
  const response = await fetch(`${berth}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ann.token}` },
    body: JSON.stringify({ query }),
  })
  expect(response.status).toBe(400)
  expect(await response.text()).toMatch(/WebSocket|graphql-ws/i)
})
