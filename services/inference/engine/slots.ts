/** More wait already than may. */
export class QueueFullError extends Error {
  override name = 'QueueFullError'
  /** After so long there will likely be room, as far as the last ones took. */
  readonly roomAfterMs: number
  constructor(message: string, roomAfterMs: number) {
    super(message)
    this.roomAfterMs = roomAfterMs
  }
}

/** A fixed set of things of which each serves one at a time. */
export interface Slots<Item> {
  /**
   * Waits for a free one, first come first served.
   * @param choose which of several free ones
   * @throws QueueFullError at once, or the signal's reason when it aborts first
   */
  acquire(signal: AbortSignal, choose?: (free: readonly Item[]) => Item): Promise<Item>
  release(item: Item): void
  /** @throws QueueFullError when so many could not even wait */
  expectRoom(count: number): void
  busy(): number
  waiting(): number
}

interface Waiter<Item> {
  take(item: Item): void
}

/** How much the latest time counts in the mean of how long one is held. */
const weight = 0.2

/**
 * @param queueLimit how many may wait while all are busy
 * @param now milliseconds, by a clock that never goes back
 */
export function createSlots<Item>(
  items: readonly Item[],
  queueLimit: number,
  now = () => performance.now(),
): Slots<Item> {
  const free = [...items]
  const queue: Waiter<Item>[] = []
  const heldSince = new Map<Item, number>()
  let meanHeldMs: number | undefined

  function take(item: Item): Item {
    heldSince.set(item, now())
    return item
  }

  function measure(item: Item): void {
    const heldMs = now() - (heldSince.get(item) ?? now())
    heldSince.delete(item)
    meanHeldMs = meanHeldMs === undefined ? heldMs : meanHeldMs + weight * (heldMs - meanHeldMs)
  }

  /** Until as many have been given back. Before the first one was, the longest that is held now says most. */
  function returnedAfterMs(count: number): number {
    const longest = Math.max(...[...heldSince.values()].map((since) => now() - since), 0)
    return ((meanHeldMs ?? longest) * count) / items.length
  }

  function remove<Member>(from: Member[], member: Member): boolean {
    const index = from.indexOf(member)
    if (index >= 0) from.splice(index, 1)
    return index >= 0
  }

  function expectRoom(count: number): void {
    const missing = count - (free.length + queueLimit - queue.length)
    if (missing <= 0) return
    throw new QueueFullError(
      `There are ${items.length} sequences, ${items.length - free.length} of them busy, and ${queue.length} of at most ${queueLimit} answers wait.`,
      returnedAfterMs(missing),
    )
  }

  return {
    expectRoom,
    async acquire(signal, choose = ([first]) => first as Item) {
      signal.throwIfAborted()
      if (free.length > 0) {
        const item = choose(free)
        if (!remove(free, item)) throw new TypeError('The chosen one is not free.')
        return take(item)
      }
      expectRoom(1)
      return new Promise<Item>((resolve, reject) => {
        const left = () => {
          remove(queue, waiter)
          reject(signal.reason)
        }
        const waiter: Waiter<Item> = {
          take(item) {
            signal.removeEventListener('abort', left)
            resolve(take(item))
          },
        }
        signal.addEventListener('abort', left, { once: true })
        queue.push(waiter)
      })
    },
    release(item) {
      measure(item)
      const next = queue.shift()
      if (next) next.take(item)
      else free.push(item)
    },
    busy: () => items.length - free.length,
    waiting: () => queue.length,
  }
}
