import type { Log } from '@berth/platform/log'
import type { V1Pod } from '@kubernetes/client-node'
import { Agent, request } from 'undici'
import { servePort } from '../modelserve/deployment.ts'
import { type Key, keyOf } from '../modelserve/resource.ts'
import { isReady } from '../modelserve/trouble.ts'
import { type Activity, activityOf, type Sample, sampleOf, withSample } from './activity.ts'

export interface ActivityPoll {
  of(pod: V1Pod): Activity | undefined
  stop(): Promise<void>
}

export interface ActivityPollOptions {
  log: Log
  pods(): V1Pod[]
  onMeasured(): void
  everyMs?: number
}

/** Pods that are asked at once, and for how long one may take: a pod that hangs costs the others nothing. */
const atOnce = 32
const answerWithinMs = 1_000
const longestAnswerBytes = 262_144

/** Asks every ready pod every 2 s what it does. */
export function startActivityPoll(options: ActivityPollOptions): ActivityPoll {
  const { log, pods, onMeasured, everyMs = 2_000 } = options
  const dispatcher = new Agent({ connections: 1, maxResponseSize: longestAnswerBytes })
  let samples = new Map<Key, Sample[]>()
  let stopped = false
  let timer = setTimeout(poll, 0)

  async function look(pod: V1Pod): Promise<Sample | undefined> {
    const address = pod.status?.podIP
    if (!address) return undefined
    const host = address.includes(':') ? `[${address}]` : address
    try {
      const signal = AbortSignal.timeout(answerWithinMs)
      const { body } = await request(`http://${host}:${servePort}/metrics`, { dispatcher, signal })
      return sampleOf(await body.text(), performance.now())
    } catch (error) {
      log.debug({ err: error, pod: keyOf(pod.metadata) }, 'a pod does not say what it does')
      return undefined
    }
  }

  async function measure(): Promise<void> {
    const waiting = pods().filter(isReady)
    const next = new Map<Key, Sample[]>()
    const ask = async () => {
      for (let pod = waiting.pop(); pod && !stopped; pod = waiting.pop()) {
        const key = keyOf(pod.metadata)
        const known = withSample(samples.get(key) ?? [], await look(pod))
        if (known.length > 0) next.set(key, known)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, ask))
    const isNews = next.size > 0 || samples.size > 0
    samples = next
    if (isNews && !stopped) onMeasured()
  }

  function poll(): void {
    void measure().then(() => {
      if (!stopped) timer = setTimeout(poll, everyMs)
    })
  }

  return {
    of: (pod) => activityOf(samples.get(keyOf(pod.metadata)) ?? [], performance.now()),
    async stop() {
      stopped = true
      clearTimeout(timer)
      await dispatcher.destroy()
    },
  }
}
