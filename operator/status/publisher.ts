import { digest } from '@berth/platform/digest'
import type { Log } from '@berth/platform/log'
import type { Key } from '../modelserve/resource.ts'
import type { ServerReport } from './snapshot.ts'

/** The body of POST /internal/status of the servers service. `full` lists every server that has a resource. */
export interface StatusBatch {
  full: boolean
  servers: (ServerReport & { observedAt: string })[]
  deleted: { serverId: string }[]
}

export interface PublisherOptions {
  /** The latest state of one server, or undefined when it is no more. */
  report(key: Key): ServerReport | undefined
  reportAll(): ServerReport[]
  send(batch: StatusBatch): Promise<void>
  log: Log
  windowMs?: number
  fullEveryMs?: number
  observe?: { latency(seconds: number): void; failed(): void }
}

export interface Publisher {
  /** Something about this server changed. What is sent is its state at the time of sending, so only the latest counts. */
  touch(key: Key): void
  /** This server is no more. Resolves when the servers service knows; rejects when it could not be told now. */
  gone(serverId: string): Promise<void>
  stop(): Promise<void>
}

const firstPauseMs = 200
/** Only the leader asks, so asking often costs little; and every browser waits for what it has to tell. */
const longestPauseMs = 1_000

/**
 * Tells the servers service how servers are: at once with everything, then changes gathered for a few milliseconds, and
 * everything again every 30 s and after any failure. Keeps only names of what changed, so an outage costs no memory.
 */
export function startPublisher(options: PublisherOptions): Publisher {
  const { report, reportAll, send, log, windowMs = 15, fullEveryMs = 30_000, observe } = options
  const changed = new Map<Key, number>()
  const goneIds = new Map<string, PromiseWithResolvers<void>>()
  /** Servers told to be no more whose resource is about to go: they are not brought up again. */
  const departed = new Set<string>()
  let told = new Map<string, string>()
  let isFullDue = true
  let pauseMs = 0
  let sending: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const everything = setInterval(() => {
    isFullDue = true
    schedule()
  }, fullEveryMs)

  function schedule(): void {
    if (stopped || timer || sending) return
    timer = setTimeout(
      () => {
        timer = undefined
        sending = flush().finally(() => {
          sending = undefined
          if (isFullDue || changed.size > 0 || goneIds.size > 0) schedule()
        })
      },
      Math.max(windowMs, pauseMs),
    )
  }

  /** Leaves out what the other side knows already; a full batch leaves out nothing. */
  function gather(full: boolean, keys: Iterable<Key>): Map<string, { report: ServerReport; print: string }> {
    const known = full ? reportAll() : [...keys].flatMap((key) => report(key) ?? [])
    const reports = known.filter(({ serverId, deleting }) => !(deleting && departed.has(serverId)))
    if (full)
      for (const id of departed) if (!known.some(({ serverId }) => serverId === id)) departed.delete(id)
    const prints = reports.map((one) => [one.serverId, { report: one, print: digest(one) }] as const)
    return new Map(prints.filter(([id, { print }]) => full || told.get(id) !== print))
  }

  async function flush(): Promise<void> {
    const full = isFullDue
    const since = Math.min(...changed.values(), performance.now())
    const keys = [...changed.keys()]
    changed.clear()
    isFullDue = false
    const leaving = new Map(goneIds)
    let gathered: ReturnType<typeof gather>
    try {
      gathered = gather(full, keys)
      // A resource that came back, or that has not begun to go, is no deletion yet; it is looked at again with the next batch.
      for (const id of gathered.keys()) leaving.delete(id)
      if (!full && gathered.size === 0 && leaving.size === 0) return
      const observedAt = new Date().toISOString()
      await send({
        full,
        servers: [...gathered.values()].map((one) => ({ ...one.report, observedAt })),
        deleted: [...leaving.keys()].map((serverId) => ({ serverId })),
      })
    } catch (error) {
      failed(error, leaving)
      return
    }
    if (pauseMs > 0) log.info('the servers service is back; it has been told everything')
    pauseMs = 0
    observe?.latency((performance.now() - since) / 1000)
    const prints = [...gathered].map(([id, { print }]) => [id, print] as const)
    told = new Map(full ? prints : [...told, ...prints])
    for (const [id, waiting] of leaving) {
      told.delete(id)
      goneIds.delete(id)
      waiting.resolve()
    }
  }

  function failed(error: unknown, leaving: Map<string, PromiseWithResolvers<void>>): void {
    // The full batch that comes next tells of the deleted ones, too: they are not in it.
    for (const [id, waiting] of leaving) {
      goneIds.delete(id)
      waiting.reject(error)
    }
    isFullDue = true
    if (pauseMs === 0) log.warn({ err: error }, 'the servers service cannot be told; trying until it can')
    pauseMs = Math.min(pauseMs * 2 || firstPauseMs, longestPauseMs)
    observe?.failed()
  }

  schedule()
  return {
    touch(key) {
      if (!changed.has(key)) changed.set(key, performance.now())
      schedule()
    },
    gone(serverId) {
      const waiting = goneIds.get(serverId) ?? Promise.withResolvers<void>()
      goneIds.set(serverId, waiting)
      departed.add(serverId)
      schedule()
      return waiting.promise
    },
    async stop() {
      stopped = true
      clearInterval(everything)
      clearTimeout(timer)
      await sending
      for (const waiting of goneIds.values()) waiting.reject(new Error('The publisher stopped.'))
    },
  }
}
