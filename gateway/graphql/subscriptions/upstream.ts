import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql'
import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { openUpstreams } from '../metrics.ts'

/** What a subgraph sends for one event. */
export type SourceEvent = Pick<FormattedExecutionResult, 'data' | 'errors'>

export interface EventSink {
  next(event: SourceEvent): void
  /** The subgraph refused the subscription, or ended it with errors of its own. */
  refused(errors: readonly GraphQLFormattedError[]): void
  /** The subgraph was lost after it had sent events; how it closed, where it did. */
  lost(code: number | undefined): void
  complete(): void
}

export interface SourceRequest {
  query: string
  operationName: string | undefined
  variables: Record<string, unknown>
}

/** One socket to a subgraph for one client's socket, carrying that client's token. Opens when needed. */
export interface Upstream {
  /** @returns what ends the subscription. */
  subscribe(request: SourceRequest, sink: EventSink): () => void
  close(): void
}

const pingMs = 12_000
const pongMs = 5_000

/**
 * While nothing has arrived, a subgraph that is away is tried again, with a pause that grows to 3 s: the request is still
 * what the client wants. After the first event only the client knows from which cursor to go on, so a loss is told.
 */
export function connectUpstream(options: { url: string; token: string | undefined }): Upstream {
  const { url, token } = options
  let delivered = false
  let client: Client | undefined
  let pong: NodeJS.Timeout | undefined

  function connect(): Client {
    const opened = createClient({
      url,
      webSocketImpl: WebSocket,
      connectionParams: token ? { authorization: `Bearer ${token}` } : {},
      keepAlive: pingMs,
      connectionAckWaitTimeout: 5_000,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: (reason) => !delivered && closeCode(reason) !== 4403,
      retryWait: (retries) =>
        new Promise((resolve) => {
          setTimeout(resolve, Math.min(100 * 2 ** retries, 3_000) * (0.75 + Math.random() / 2))
        }),
    })
    opened.on('opened', (socket) => {
      openUpstreams.inc()
      if (socket instanceof WebSocket) socket.once('close', () => openUpstreams.dec())
    })
    opened.on('connected', () => {
      delivered = false
    })
    opened.on('ping', (received) => {
      if (!received) pong = setTimeout(() => opened.terminate(), pongMs)
    })
    opened.on('pong', () => clearTimeout(pong))
    opened.on('closed', () => clearTimeout(pong))
    return opened
  }

  return {
    subscribe({ query, operationName, variables }, sink) {
      client ??= connect()
      return client.subscribe(
        { query, variables, ...(operationName && { operationName }) },
        {
          next(event) {
            delivered = true
            sink.next(event)
          },
          error(reason) {
            if (Array.isArray(reason)) sink.refused(reason)
            else sink.lost(closeCode(reason))
          },
          complete: () => sink.complete(),
        },
      )
    },
    close() {
      clearTimeout(pong)
      void client?.dispose()
    },
  }
}

function closeCode(reason: unknown): number | undefined {
  const isClose = reason !== null && typeof reason === 'object' && 'code' in reason
  return isClose && typeof reason.code === 'number' ? reason.code : undefined
}
