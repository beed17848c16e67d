import { type ServerState, serverFields } from '@berth/kit/servers'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { createTimeline, type Timeline } from './timeline.ts'

/** What a subscription tells; the server is null when it was deleted. */
export interface Change {
  type: string
  server: ServerState | null
}

/** One open socket to the gateway, as a browser holds it. */
export interface Live {
  /** Every event of `serverChanged`, from the snapshot on. */
  follow(serverId: string): Timeline<Change>
  close(): Promise<void>
}

/** @throws when the gateway refuses the connection */
export async function openLive(berth: string, token: string): Promise<Live> {
  const { promise: connected, resolve, reject } = Promise.withResolvers<void>()
  const client = createClient({
    url: `${berth.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    // A lost event would spoil a measurement without a trace: better to fail.
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
    onNonLazyError: (error) => reject(closedFor(error)),
    on: { connected: () => resolve() },
  })
  await connected
  return {
    follow(serverId) {
      const timeline = createTimeline<Change>()
      client.subscribe<{ serverChanged: Change }>(
        {
          query: `subscription ($id: ID!) { serverChanged(id: $id) { type server { ${serverFields} } } }`,
          variables: { id: serverId },
        },
        {
          next: ({ data, errors }) => {
            if (data) timeline.add(data.serverChanged)
            else timeline.fail(closedFor(errors))
          },
          error: (error) => timeline.fail(closedFor(error)),
          complete: () => timeline.fail(new Error(`The subscription to ${serverId} is over.`)),
        },
      )
      return timeline
    },
    close: async () => client.dispose(),
  }
}

function closedFor(reason: unknown): Error {
  if (reason instanceof Error) return reason
  const { code, reason: said } = (reason ?? {}) as { code?: number; reason?: string }
  return new Error(`The gateway ended the subscription: ${code ? `${code} ${said}` : JSON.stringify(reason)}`)
}
