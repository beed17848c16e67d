import type { Log } from '@berth/platform/log'

/** What a pass over a key asks for; nothing when the key is settled. */
export interface Outcome {
  /** Look at the key again after so many milliseconds, even when nothing changes. */
  againAfterMs?: number
}

export interface QueueOptions {
  process(key: string): Promise<Outcome>
  /** Keys worked on at once; one key is never worked on twice at once. */
  workers: number
  log: Log
  /** The first pause after a failure; it doubles with each further one of the same key. */
  baseDelayMs?: number
  maxDelayMs?: number
  /** Retries of all keys together, per second, so that an outage does not become a storm. */
  retriesPerSecond?: number
  observe?: { duration(seconds: number): void; failed(): void }
}

export interface Queue {
  add(key: string): void
  /** Adds a key later; the earliest of several wishes for one key wins. */
  addAfter(key: string, delayMs: number): void
  /** Keys that wait to be worked on now. */
  depth(): number
  /** Takes no more keys and resolves when those in work are done. */
  stop(): Promise<void>
}

/** A failure that is part of the normal course, such as a write that lost a race: tried again without a word. */
export class RetrySoon extends Error {
  override name = 'RetrySoon'
}

/** A work queue in the manner of Kubernetes controllers: level-triggered, so a key that is added twice is one piece of work. */
export function createQueue(options: QueueOptions): Queue {
  const { process, workers, log, baseDelayMs = 200, maxDelayMs = 30_000, observe } = options
  const waiting = new Set<string>()
  const running = new Map<string, Promise<void>>()
  const changedMeanwhile = new Set<string>()
  const timers = new Map<string, { at: number; timer: NodeJS.Timeout }>()
  const failures = new Map<string, number>()
  /** Keys whose retry is still to come. */
  const resting = new Set<string>()
  const spread = createSpread(options.retriesPerSecond ?? 50)
  let stopped = false

  function add(key: string): void {
    if (stopped) return
    if (running.has(key)) changedMeanwhile.add(key)
    else waiting.add(key)
    dispatch()
  }

  function addAfter(key: string, delayMs: number): void {
    if (stopped) return
    const at = performance.now() + delayMs
    const known = timers.get(key)
    if (known && known.at <= at) return
    clearTimeout(known?.timer)
    // setTimeout overflows at 2^31 ms; waking early is harmless, as the pass asks again.
    const timer = setTimeout(
      () => {
        timers.delete(key)
        resting.delete(key)
        add(key)
      },
      Math.min(delayMs, 2_147_483_647),
    )
    timers.set(key, { at, timer })
  }

  function dispatch(): void {
    for (const key of waiting) {
      if (stopped || running.size >= workers) return
      waiting.delete(key)
      running.set(key, work(key))
    }
  }

  async function work(key: string): Promise<void> {
    const startedAt = performance.now()
    try {
      const { againAfterMs } = await process(key)
      failures.delete(key)
      resting.delete(key)
      if (againAfterMs !== undefined) addAfter(key, againAfterMs)
    } catch (error) {
      retry(key, error)
    } finally {
      observe?.duration((performance.now() - startedAt) / 1000)
      running.delete(key)
      if (changedMeanwhile.delete(key) && !stopped) waiting.add(key)
      dispatch()
    }
  }

  function retry(key: string, error: unknown): void {
    // A failure between two retries, because something changed, makes the pause no longer.
    if (resting.has(key)) return
    resting.add(key)
    const failed = failures.get(key) ?? 0
    failures.set(key, failed + 1)
    const delayMs = Math.min(baseDelayMs * 2 ** failed, maxDelayMs)
    if (!(error instanceof RetrySoon)) {
      observe?.failed()
      log.warn({ err: error, key, attempt: failed + 1, delayMs }, 'a reconcile failed; trying again')
    }
    addAfter(key, delayMs + spread())
  }

  return {
    add,
    addAfter,
    depth: () => waiting.size,
    async stop() {
      stopped = true
      for (const { timer } of timers.values()) clearTimeout(timer)
      timers.clear()
      waiting.clear()
      await Promise.all(running.values())
    },
  }
}

/** Says how long a further retry has to wait so that no more than `perSecond` happen, however many ask. */
function createSpread(perSecond: number): () => number {
  const gapMs = 1000 / perSecond
  let nextAt = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    nextAt = Math.max(nextAt + gapMs, now)
    return Math.round(nextAt - now)
  }
}
