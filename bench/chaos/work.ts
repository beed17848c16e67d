import { setTimeout as delay } from 'node:timers/promises'
import { demoModel } from '@berth/kit/demo-model'
import type { Upstream } from '@berth/kit/upstream'
import { streamChat } from './chat.ts'
import type { Expected } from './expected.ts'
import { type Caller, deployOnce, lifecycle, register, scale } from './requests.ts'

export interface Chats {
  whole: number
  cut: number
  refused: number
}

/** About two seconds of retrieval. */
const modelBytes = 6_000_000
const betweenChatsMs = 100

/** The servers that every round finds and changes. */
export async function settleIn(caller: Caller, expected: Expected): Promise<void> {
  for (const name of ['lasting', 'pausing']) await deployStoryteller(caller, expected, name)
}

async function deployStoryteller(caller: Caller, expected: Expected, name: string): Promise<string> {
  const { id, url } = await deployOnce(caller, { name, model: 'storyteller' })
  expected.servers.set(name, { id, url, status: 'READY', replicas: 1 })
  return id
}

/** Everything that people do during a round, each on a server of their own, so that the outcome is certain. */
export function work(
  caller: Caller,
  expected: Expected,
  source: Upstream,
  round: number,
): Promise<PromiseSettledResult<unknown>[]> {
  const before = [...expected.servers.keys()].filter((name) => /-\d+$/.test(name))
  return Promise.allSettled([
    deployStoryteller(caller, expected, `story-${round}`),
    retrieveAndDeploy(caller, expected, source, `slow-${round}`),
    pauseAndGoOn(caller, expected),
    rescale(caller, expected, round),
    changeOnesMind(caller, expected, `brief-${round}`),
    ...before.map((name) => clearAway(caller, expected, name)),
  ])
}

async function retrieveAndDeploy(
  caller: Caller,
  expected: Expected,
  source: Upstream,
  name: string,
): Promise<void> {
  const versionId = await register(caller, name, source.offer(`${name}.gguf`, demoModel(modelBytes, name)))
  expected.models.set(name, { versionId })
  const { id, url } = await deployOnce(caller, { name, model: name })
  expected.servers.set(name, { id, url, status: 'READY', replicas: 1 })
}

async function pauseAndGoOn(caller: Caller, expected: Expected): Promise<void> {
  const server = serverOf(expected, 'pausing')
  if (server.status === 'READY') {
    await lifecycle(caller, 'stopServer', server.id)
    server.status = 'STOPPED'
    await delay(1_000)
  }
  await lifecycle(caller, 'startServer', server.id)
  server.status = 'READY'
}

async function rescale(caller: Caller, expected: Expected, round: number): Promise<void> {
  const server = serverOf(expected, 'lasting')
  for (const replicas of [2, 1, 1 + (round % 2)]) {
    await scale(caller, server.id, replicas)
    server.replicas = replicas
    await delay(1_000)
  }
}

async function changeOnesMind(caller: Caller, expected: Expected, name: string): Promise<void> {
  const id = await deployStoryteller(caller, expected, name)
  await delay(700)
  await lifecycle(caller, 'deleteServer', id)
  expected.servers.delete(name)
}

async function clearAway(caller: Caller, expected: Expected, name: string): Promise<void> {
  await lifecycle(caller, 'deleteServer', serverOf(expected, name).id)
  expected.servers.delete(name)
  const model = expected.models.get(name)
  if (!model) return
  await lifecycle(caller, 'deleteModelVersion', model.versionId)
  expected.models.delete(name)
}

function serverOf(expected: Expected, name: string) {
  const server = expected.servers.get(name)
  if (!server) throw new Error(`The round has no server ${name}.`)
  return server
}

/** Chats with one server, one answer after another. @returns how to end that, and how the answers ended */
export function keepChatting(caller: Caller, url: string): { stop(): Promise<Chats> } {
  const chats: Chats = { whole: 0, cut: 0, refused: 0 }
  let stopped = false
  const chatting = (async () => {
    while (!stopped) {
      chats[(await streamChat(caller, url)).kind] += 1
      await delay(betweenChatsMs)
    }
  })()
  // Told by stop: a stream that only looks whole is a fault of the round.
  chatting.catch(() => undefined)
  return {
    async stop() {
      stopped = true
      await chatting
      return chats
    },
  }
}
