import { createHash } from 'node:crypto'
import { modelsBucket } from '@berth/kit/bucket'
import { until } from '@berth/kit/condition'
import { takeInventory } from '@berth/kit/inventory'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { kill } from '@berth/kit/parts'
import { signIn } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import { afterAll, beforeAll, expect, test } from 'vitest'

let berth: TemporaryBerth
let token: string

beforeAll(async () => {
  berth = await startTemporaryBerth()
  token = (await signIn(berth.url, 'admin', berth.adminPassword)).token
})
afterAll(() => berth?.remove())

test('an object whose version is gone is swept; the ones that have one stay', async () => {
  const { id } = await deploy(berth.url, token, { name: 'teller', model: 'storyteller' })
  await untilStatus(berth.url, token, id, 'READY')
  const before = (await takeInventory(berth, token)).objects
  expect(before).toHaveLength(1)
  const orphan = `sha256/${createHash('sha256').update('nobody').digest('hex')}.gguf`
  const stranger = 'sha256/notes.txt'
  for (const key of [orphan, stranger]) await modelsBucket(berth).put(key, 'nobody')
  // It sweeps soon after it has started.
  await kill(berth, 'models')
  const objects = await until('the orphan is gone', async () => {
    const { objects: found } = await takeInventory(berth, token)
    return !found.includes(orphan) && found
  })
  expect(objects.sort()).toEqual([...before, stranger].sort())
})
