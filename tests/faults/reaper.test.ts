import { until } from '@berth/kit/condition'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { newPerson } from '@berth/kit/people'
import { isAlive, type Process, tree } from '@berth/kit/processes'
import { deploy, untilStatus } from '@berth/kit/servers'
import { afterAll, beforeAll, expect, test } from 'vitest'

let berth: TemporaryBerth

beforeAll(async () => {
  berth = await startTemporaryBerth()
})
afterAll(() => berth?.remove())

const everything = (): Process[] => tree(berth.process.pid ?? 0)
const reaper = () => everything().find(({ command }) => command.includes('infra/local/reaper.ts'))

test('a reaper that is killed is replaced by one that ends what began before it', async () => {
  const { token } = await newPerson(berth.url)
  const server = await deploy(berth.url, token, { name: 'left', model: 'storyteller' })
  await untilStatus(berth.url, token, server.id, 'READY')
  const first = reaper()
  expect(first).toBeDefined()
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await until('another reaper runs', () => {
    const found = reaper()
    return found !== undefined && found.pid !== first?.pid
  })
  const left = everything().filter(({ pid }) => pid !== berth.process.pid)
  expect(left.some(({ command }) => command.includes('services/inference/main.ts serve'))).toBe(true)
  await berth.stop('SIGKILL')
  await until('nobody is left', () => left.every(({ pid }) => !isAlive(pid)))
})
