import pg from 'pg'
import type { Log } from './log.ts'
import { patience, SteadyClient } from './postgres.ts'

export interface ListenOptions {
  /** A direct connection: a pooler in between would swallow LISTEN. */
  url: string
  channels: string[]
  onNotification(channel: string, payload: string): void
  /** Something may have been missed: read again. Called after each (re)connect and every `backstopMs`. */
  onResync(): void
  log: Log
  backstopMs?: number
}

/**
 * Listens to Postgres notifications for ever, on one connection of its own, reconnecting with a growing pause.
 * Resolves once the first LISTEN is in place.
 */
export async function listen(options: ListenOptions): Promise<{ close(): Promise<void> }> {
  const { url, channels, onNotification, onResync, log, backstopMs = 5_000 } = options
  let client: pg.Client | undefined
  let closed = false
  let retry: NodeJS.Timeout | undefined
  let pause = 100

  async function connect(): Promise<void> {
    const next = new SteadyClient({ connectionString: url, ...patience })
    next.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? ''))
    next.on('error', (error) => log.warn({ err: error }, 'the notification connection broke'))
    next.once('end', () => {
      if (client === next) client = undefined
      reconnectLater()
    })
    try {
      await next.connect()
      for (const channel of channels) await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      next.removeAllListeners('end')
      await next.end().catch(() => undefined)
      throw error
    }
    client = next
    pause = 100
    if (closed) await next.end()
    else onResync()
  }

  function reconnectLater(): void {
    if (closed || retry) return
    retry = setTimeout(() => {
      retry = undefined
      connect().catch((error: unknown) => {
        log.warn({ err: error }, 'Postgres notifications are away; trying again')
        reconnectLater()
      })
    }, pause)
    pause = Math.min(pause * 2, 3_000)
  }

  await connect()
  const backstop = setInterval(() => client && onResync(), backstopMs)
  return {
    async close() {
      closed = true
      clearInterval(backstop)
      clearTimeout(retry)
      await client?.end()
    },
  }
}

/** Sends a notification within the caller's transaction. The payload must stay under 8,000 bytes. */
export async function notify(
  connection: { query(sql: string, parameters?: unknown[]): Promise<unknown> },
  channel: string,
  payload: string,
): Promise<void> {
  await connection.query('SELECT pg_notify($1, $2)', [channel, payload])
}
