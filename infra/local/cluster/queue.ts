/** Keys to reconcile, one at a time, each at most once however often it was added. */
export interface Queue {
  add(key: string): void
  addAfter(key: string, milliseconds: number): void
  stop(): void
}

/** A reconcile that fails is tried again, after 50 ms doubling to 30 s. */
export function createQueue(
  reconcile: (key: string) => Promise<void> | void,
  failed: (error: unknown, key: string) => void,
): Queue {
  const keys = new Set<string>()
  const failures = new Map<string, number>()
  const timers = new Set<NodeJS.Timeout>()
  let running = false
  let stopped = false

  const later = (key: string, milliseconds: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      add(key)
    }, milliseconds)
    timers.add(timer)
  }
  const run = async (): Promise<void> => {
    for (const key of keys) {
      if (stopped) break
      keys.delete(key)
      try {
        await reconcile(key)
        failures.delete(key)
      } catch (error) {
        const count = (failures.get(key) ?? 0) + 1
        failures.set(key, count)
        failed(error, key)
        later(key, Math.min(50 * 2 ** count, 30_000))
      }
    }
    running = false
    if (keys.size > 0 && !stopped) start()
  }
  const start = (): void => {
    running = true
    void run()
  }
  const add = (key: string): void => {
    if (stopped) return
    keys.add(key)
    if (!running) start()
  }
  return {
    add,
    addAfter: later,
    stop() {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
