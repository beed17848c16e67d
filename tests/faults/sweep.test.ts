import { createHash, randomUUID } from 'node:crypto'
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

test('an object whose version is gone is swept, and what nobody goes on with; the ones that have one stay', async () => {
  const { id } = await deploy(berth.url, token, { name: 'teller', model: 'storyteller' })
  await untilStatus(berth.url, token, id, 'READY')
  const before = (await takeInventory(berth, token)).objects
  expect(before).toHaveLength(1)
  const digest = createHash('sha256').update('nobody').digest('hex')
  // An object, a content on its way, and a retrieval or upload on its way.
  const orphans = [`sha256/${digest}.gguf`, `incoming/${digest}/file`, `incoming/${randomUUID()}/file`]
  const strangers = ['incoming/notes.txt', 'sha256/notes.txt']
  for (const key of [...orphans, ...strangers]) await modelsBucket(berth).put(key, 'nobody')
  // It sweeps soon after it has started.
  await kill(berth, 'models')
  const objects = await until('the orphans are gone', async () => {
    const { objects: found } = await takeInventory(berth, token)
    return !orphans.some((key) => found.includes(key)) && found
  })
  expect(objects.sort()).toEqual([...before, ...strangers].sort())
})
