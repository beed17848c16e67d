import type { WebSocket } from 'ws'
import type { GatewayContext } from '../context.ts'
import { connectUpstream, type Upstream } from './upstream.ts'

/** The token is over (4403): the client connects again with a fresh one. */
const tokenExpired = 4403
/** `setTimeout` counts in 31 bits. */
const longestTimer = 2 ** 31 - 1

/** One client's socket, with the sockets to subgraphs that carry its token. */
export interface Session {
  context: GatewayContext
  upstream(subgraph: string): Upstream
  /** Closes the client's socket: it connects again, and goes on from its cursors. */
  close(code: number, reason: string): void
  /** Closes what belongs to the session. */
  end(): void
}

export function openSession(options: {
  socket: WebSocket
  context: GatewayContext
  /** The WebSocket addresses of the subgraphs. */
  addresses: ReadonlyMap<string, string>
}): Session {
  const { socket, context, addresses } = options
  const { caller } = context
  const upstreams = new Map<string, Upstream>()
  const expiry =
    caller && setTimeout(expire, Math.min(Math.max(caller.expiresAt - Date.now(), 0), longestTimer))

  function expire(): void {
    close(tokenExpired, 'The token expired')
  }

  function close(code: number, reason: string): void {
    if (socket.readyState === socket.OPEN) socket.close(code, reason)
  }

  function end(): void {
    clearTimeout(expiry)
    for (const upstream of upstreams.values()) upstream.close()
    upstreams.clear()
  }

  socket.once('close', end)
  return {
    context,
    close,
    end,
    upstream(subgraph) {
      const url = addresses.get(subgraph)
      if (!url) throw new Error(`The subgraph ${subgraph} has no address.`)
      const open = upstreams.get(subgraph) ?? connectUpstream({ url, token: caller?.token })
      upstreams.set(subgraph, open)
      return open
    },
  }
}
