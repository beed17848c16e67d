/** More wait already than may. */
export class QueueFullError extends Error {
  override name = 'QueueFullError'
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
  busy(): number
  waiting(): number
}

interface Waiter<Item> {
  take(item: Item): void
}

/** @param queueLimit how many may wait while all are busy */
export function createSlots<Item>(items: readonly Item[], queueLimit: number): Slots<Item> {
  const free = [...items]
  const queue: Waiter<Item>[] = []

  function remove<Member>(from: Member[], member: Member): boolean {
    const index = from.indexOf(member)
    if (index >= 0) from.splice(index, 1)
    return index >= 0
  }

  return {
    async acquire(signal, choose = ([first]) => first as Item) {
      signal.throwIfAborted()
      if (free.length > 0) {
        const item = choose(free)
        if (!remove(free, item)) throw new TypeError('The chosen one is not free.')
        return item
      }
      if (queue.length >= queueLimit) {
        throw new QueueFullError(`All ${items.length} sequences are busy and ${queue.length} requests wait.`)
      }
      return new Promise<Item>((resolve, reject) => {
        const left = () => {
          remove(queue, waiter)
          reject(signal.reason)
        }
        const waiter: Waiter<Item> = {
          take(item) {
            signal.removeEventListener('abort', left)
            resolve(item)
          },
        }
        signal.addEventListener('abort', left, { once: true })
        queue.push(waiter)
      })
    },
    release(item) {
      const next = queue.shift()
      if (next) next.take(item)
      else free.push(item)
    },
    busy: () => items.length - free.length,
    waiting: () => queue.length,
  }
}
