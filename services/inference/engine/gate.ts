/** Lets one sequence change the state that all share, while the others wait between two of their tokens. */
export interface Gate {
  /** Waits while a change goes on; undefined when there is none, so that the usual case costs nothing. */
  pass(): Promise<void> | undefined
  /** Makes a change; those who pass wait for it, and changes do not wait for one another. */
  hold<T>(change: () => Promise<T>): Promise<T>
}

/**
 * node-llama-cpp keeps its context locked as long as any sequence has a token to decode, and erasing state needs that
 * lock: without a pause, a request that joins others would wait until all of them are through.
 */
export function createGate(): Gate {
  let changes = 0
  let opened = Promise.withResolvers<void>()
  return {
    pass: () => (changes === 0 ? undefined : opened.promise),
    async hold(change) {
      if (changes === 0) opened = Promise.withResolvers<void>()
      changes += 1
      try {
        return await change()
      } finally {
        changes -= 1
        if (changes === 0) opened.resolve()
      }
    },
  }
}
