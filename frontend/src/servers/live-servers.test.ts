import { expect, test } from 'vitest'
import type { ServerRowFragment } from '../generated/graphql.ts'
import { applyChange, mergeServers } from './live-servers.ts'

function server(
  id: string,
  status: ServerRowFragment['status'] = 'READY',
  createdAt = '2026-01-01T00:00:00.000Z',
) {
  return { id, name: id, status, createdAt } as ServerRowFragment
}

test('a change wins over the first page', () => {
  const changes = applyChange(new Map(), {
    cursor: '2',
    type: 'UPDATED',
    serverId: 'a',
    server: server('a', 'STOPPED'),
  })
  expect(mergeServers([server('a')], changes).map(({ status }) => status)).toEqual(['STOPPED'])
})

test('a deleted server goes, and a new one comes first', () => {
  let changes = applyChange(new Map(), { cursor: '2', type: 'DELETED', serverId: 'a', server: null })
  changes = applyChange(changes, {
    cursor: '3',
    type: 'ADDED',
    serverId: 'c',
    server: server('c', 'PENDING', '2026-02-01T00:00:00.000Z'),
  })
  expect(mergeServers([server('a'), server('b')], changes).map(({ id }) => id)).toEqual(['c', 'b'])
})
