/** What one side fills and the other empties, in order; a few items may lie in it. */
export interface Outbox<Item> extends AsyncIterable<Item, void> {
  push(item: Item): void
  end(): void
  /** Ends it with an error, after what lies in it. */
  fail(error: unknown): void
  full(): boolean
}

/**
 * @param room items that may wait to be taken before it is full; more are taken in all the same
 * @param onChange called when an item was taken, and when nobody takes any more
 */
export function createOutbox<Item>(room: number, onChange: (left: boolean) => void): Outbox<Item> {
  const items: Item[] = []
  let ended = false
  let failure: { error: unknown } | undefined
  let arrived = Promise.withResolvers<void>()
  const wake = () => {
    arrived.resolve()
    arrived = Promise.withResolvers()
  }

  return {
    push(item) {
      items.push(item)
      wake()
    },
    end() {
      ended = true
      wake()
    },
    fail(error) {
      failure = { error }
      wake()
    },
    full: () => items.length >= room,
    async *[Symbol.asyncIterator]() {
      try {
        while (true) {
          const item = items.shift()
          if (item !== undefined) {
            onChange(false)
            yield item
          } else if (failure) throw failure.error
          else if (ended) return
          else await arrived.promise
        }
      } finally {
        onChange(true)
      }
    },
  }
}
