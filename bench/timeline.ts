/** An event with the moment of its arrival here, in ms of `performance.now()`. */
export interface Seen<T> {
  at: number
  event: T
}

/** Events in the order of their arrival. Whoever waits is told in the same turn of the event loop, never by polling. */
export interface Timeline<T> {
  readonly seen: readonly Seen<T>[]
  add(event: T): void
  /** Ends every wait, now and later. */
  fail(error: Error): void
  /**
   * The first event that fits, be it past or future; with `since`, among those from that index on.
   * @throws with what was waited for, when it takes too long or the source has failed
   */
  first(what: string, fits: (event: T) => boolean, since?: number): Promise<Seen<T>>
}

/** Not a measure of anything: so much later, something is broken. */
const patienceMs = 120_000

export function createTimeline<T>(): Timeline<T> {
  const seen: Seen<T>[] = []
  const waiting = new Set<{
    fits(event: T): boolean
    found(one: Seen<T>): void
    failed(error: Error): void
  }>()
  let failure: Error | undefined

  function first(what: string, fits: (event: T) => boolean, since = 0): Promise<Seen<T>> {
    const known = seen.slice(since).find(({ event }) => fits(event))
    if (known) return Promise.resolve(known)
    if (failure) return Promise.reject(failure)
    const { promise, resolve, reject } = Promise.withResolvers<Seen<T>>()
    const waiter = { fits, found: resolve, failed: reject }
    const tooLong = () => {
      const last = JSON.stringify(seen.at(-1)?.event) ?? 'nothing'
      reject(new Error(`Waited ${patienceMs} ms in vain until ${what}; seen last: ${last.slice(0, 2_000)}`))
    }
    const timer = setTimeout(tooLong, patienceMs)
    waiting.add(waiter)
    return promise.finally(() => {
      clearTimeout(timer)
      waiting.delete(waiter)
    })
  }

  return {
    seen,
    add(event) {
      const one = { at: performance.now(), event }
      seen.push(one)
      for (const waiter of waiting) if (waiter.fits(event)) waiter.found(one)
    },
    fail(error) {
      failure = error
      for (const { failed } of waiting) failed(error)
    },
    first,
  }
}
