/** How an upload is doing. */
export interface UploadState {
  /** `finishing`: all parts are sent, the digest is computed and the parts are put together. */
  phase: 'beginning' | 'sending' | 'finishing' | 'done' | 'failed' | 'cancelled'
  /** With those that the store had before. */
  bytesSent: number
  bytesTotal: number
  /** Why nothing goes on now, or why it failed. */
  problem: string | null
}

/** A value that changes, in the form that React's useSyncExternalStore takes. */
export interface Observable<Value> {
  get(): Value
  /** @returns a function that ends the subscription */
  subscribe(listener: () => void): () => void
}

export function createUploadState(bytesTotal: number): {
  state$: Observable<UploadState>
  change(changed: Partial<UploadState>): void
} {
  const listeners = new Set<() => void>()
  let state: UploadState = { phase: 'beginning', bytesSent: 0, bytesTotal, problem: null }
  return {
    state$: {
      get: () => state,
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    change(changed) {
      state = { ...state, ...changed }
      for (const listener of listeners) listener()
    },
  }
}
