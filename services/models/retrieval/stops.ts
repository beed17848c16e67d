/** Lets what runs in this process be stopped by its id. */
export interface Stops {
  /** What runs under the id from now on until `end`. */
  begin(id: string): AbortSignal
  end(id: string): void
  /** Does nothing for an id that does not run here. */
  stop(id: string): void
}

export function createStops(): Stops {
  const running = new Map<string, AbortController>()
  return {
    begin(id) {
      const controller = new AbortController()
      running.set(id, controller)
      return controller.signal
    },
    end: (id) => void running.delete(id),
    stop: (id) => running.get(id)?.abort(),
  }
}
