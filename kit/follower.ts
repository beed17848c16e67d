import { createClient, type SubscribePayload } from 'graphql-ws'
import WebSocket from 'ws'
import { until } from './condition.ts'

/** An event of `serversChanged`. */
export interface ServerEvent {
  cursor: string
  type: 'SNAPSHOT' | 'ADDED' | 'UPDATED' | 'DELETED'
  serverId: string
  server: { name: string; status: string; readyReplicas: number } | null
}

/** A subscriber that comes back after every cut with the cursor of what it saw last, as the UI does. */
export interface Follower {
  events: ServerEvent[]
  /** How often the connection was lost so far. */
  cuts(): number
  /** The newest event of every server that it has heard of, by id. */
  latest(): Map<string, ServerEvent>
  close(): Promise<void>
}

const query = `subscription ($after: String) { serversChanged(after: $after) {
  cursor type serverId server { name status readyReplicas } } }`

export function followServers(berth: string, token: string): Follower {
  const events: ServerEvent[] = []
  let cuts = 0
  const client = createClient({
    url: `${berth.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    keepAlive: 5_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 250)),
    connectionParams: { authorization: `Bearer ${token}` },
    on: {
      closed: () => {
        cuts += 1
      },
    },
  })
  // graphql-ws sends this same object again after a cut; its cursor then says where to go on.
  const payload: SubscribePayload & { variables: { after?: string } } = { query, variables: {} }
  const failures: unknown[] = []
  client.subscribe<{ serversChanged: ServerEvent }>(payload, {
    next({ data }) {
      if (!data) return
      events.push(data.serversChanged)
      payload.variables.after = data.serversChanged.cursor
    },
    error: (error) => failures.push(error),
    complete: () => failures.push(new Error('The subscription was completed.')),
  })
  return {
    events,
    cuts: () => cuts,
    latest() {
      if (failures.length > 0) throw new Error('The subscription ended.', { cause: failures[0] })
      return new Map(events.map((event) => [event.serverId, event]))
    },
    async close() {
      await client.dispose()
    },
  }
}

/**
 * What a follower got wrong, in sentences: cursors that do not grow, and servers whose newest state it does not have
 * although it was given time. The truth is what a subscriber without a cursor is told now.
 * @param ids the servers that there are
 */
export async function lossesOf(
  follower: Follower,
  { berth, token, ids }: { berth: string; token: string; ids: string[] },
): Promise<string[]> {
  const truth = followServers(berth, token)
  try {
    await until('a fresh subscriber has every server', () => ids.every((id) => truth.latest().has(id)))
    const compare = () => compareFollowers(follower, truth)
    await until('the follower has caught up', () => compare().length === 0).catch(() => undefined)
    return compare()
  } finally {
    await truth.close()
  }
}

function compareFollowers(follower: Follower, truth: Follower): string[] {
  const [seen, held] = [follower.latest(), truth.latest()]
  const cursors = follower.events.map(({ cursor }) => Number(cursor))
  const back = cursors.findIndex((cursor, index) => index > 0 && cursor <= (cursors[index - 1] ?? 0))
  return [
    ...(back > 0 ? [`The cursor ${cursors[back]} came after ${cursors[back - 1]}.`] : []),
    ...[...held.values()]
      .filter(({ serverId, cursor }) => seen.get(serverId)?.cursor !== cursor)
      .map(({ serverId, cursor }) => `${serverId} is at ${cursor}, seen was ${seen.get(serverId)?.cursor}.`),
    ...[...seen.values()]
      .filter(({ serverId, type }) => !held.has(serverId) && type !== 'DELETED')
      .map(({ serverId }) => `The deletion of ${serverId} was not told.`),
  ]
}
