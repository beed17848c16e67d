import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core'
import { createClient as createSocket } from 'graphql-ws'
import type { Session } from '../session/session.ts'
import { moveCursor, type Payload } from './cursor.ts'
import { endsInPassing } from './failure.ts'

/** How the live connection is doing. */
export type Liveness = 'idle' | 'connecting' | 'live' | 'lost'

/** The browser's way to the graph: requests by HTTP, live updates by one socket. */
export interface Connection {
  clientFor(signedIn: boolean): Client
  /** Forgets the cache and the socket of whoever was signed in. */
  reset(): void
  liveness(): Liveness
  onLiveness(listener: () => void): () => void
}

/** When a subscription that a part's outage ended is asked for once more. */
const againAfterMs = 2_000

export function createConnection(session: Session): Connection {
  const listeners = new Set<() => void>()
  let liveness: Liveness = 'idle'
  const become = (next: Liveness) => {
    liveness = next
    for (const listener of listeners) listener()
  }

  const { protocol, host } = globalThis.location
  const socket = createSocket({
    url: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/graphql`,
    lazy: true,
    keepAlive: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => session.isSignedIn(),
    retryWait: (retries) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** retries, 5_000))),
    connectionParams: async () => {
      const token = await session.accessToken()
      return token ? { authorization: `Bearer ${token}` } : {}
    },
    on: {
      connecting: () => become(liveness === 'lost' ? 'lost' : 'connecting'),
      connected: () => become('live'),
      closed: (event) => become(isNormalEnd(event) ? 'idle' : 'lost'),
    },
  })

  const makeClient = () =>
    new Client({
      url: '/graphql',
      preferGetMethod: false,
      fetch: session.fetch,
      exchanges: [
        cacheExchange,
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe(sink) {
              // The socket sends this same object again after it was cut off; its cursor then says where to go on.
              const payload: Payload = { query, variables: { ...variables } }
              let again: ReturnType<typeof setTimeout>
              let end: () => void
              function begin() {
                end = socket.subscribe<Record<string, unknown>, Record<string, unknown>>(payload, {
                  next(result) {
                    moveCursor(payload, result.data)
                    sink.next({ ...result, data: result.data ?? null })
                  },
                  error(reason) {
                    if (endsInPassing(reason)) again = setTimeout(begin, againAfterMs)
                    else sink.error(reason)
                  },
                  complete: () => sink.complete(),
                })
              }
              begin()
              return {
                unsubscribe() {
                  clearTimeout(again)
                  end()
                },
              }
            },
          }),
        }),
      ],
    })

  let client = makeClient()
  let clientIsSignedIn = session.isSignedIn()
  return {
    clientFor(signedIn) {
      if (signedIn !== clientIsSignedIn) {
        client = makeClient()
        clientIsSignedIn = signedIn
      }
      return client
    },
    reset: () => socket.terminate(),
    liveness: () => liveness,
    onLiveness(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function isNormalEnd(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === 1000
}
