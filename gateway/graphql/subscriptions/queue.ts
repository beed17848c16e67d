/** More events were waiting than the queue holds: whoever reads is too slow. */
export class QueueOverflow extends Error {
  override name = 'QueueOverflow'
}

/**
 * Events on their way to one reader. An event takes the place of a waiting one with the same key, and goes to the end:
 * the order of what is read stays that of what was pushed, so a cursor in it never goes back. Events without a key all
 * wait. Past `limit` the queue fails, and the reader gets QueueOverflow at once.
 */
export interface EventQueue<Event> {
  push(event: Event, key?: string): void
  /** No more will come; what waits can still be read. */
  end(): void
  /** What waits is dropped, and the reader gets this error. */
  fail(error: Error): void
  /** The next event, or undefined at the end. One reader at a time. */
  take(): Promise<Event | undefined>
}

export function createQueue<Event>(limit: number): EventQueue<Event> {
  const waiting = new Map<string | symbol, Event>()
  let ended = false
  let failure: Error | undefined
  let wake: (() => void) | undefined

  function awaken(): void {
    wake?.()
    wake = undefined
  }

  function fail(error: Error): void {
    if (ended) return
    waiting.clear()
    failure = error
    ended = true
    awaken()
  }

  return {
    fail,
    push(event, key) {
      if (ended) return
      const place = key ?? Symbol('event')
      waiting.delete(place)
      if (waiting.size >= limit) {
        fail(new QueueOverflow(`More than ${limit} events were waiting to be read.`))
        return
      }
      waiting.set(place, event)
      awaken()
    },
    end() {
      ended = true
      awaken()
    },
    async take() {
      while (waiting.size === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (failure) throw failure
      for (const [place, event] of waiting) {
        waiting.delete(place)
        return event
      }
      return undefined
    },
  }
}
