import { Pool } from 'undici'
import type { RoutingTable } from './routing.ts'

/** Connections to the pods, and how busy each one is. */
export interface Endpoints {
  inFlight(origin: string): number
  /** A pod's connections, counted as one request until `release`. */
  acquire(origin: string): { pool: Pool; release(): void }
  /** Drops the connections to pods that no route has any more, once their requests are over. */
  retain(table: RoutingTable): void
  close(): Promise<void>
}

interface Endpoint {
  pool: Pool
  inFlight: number
  gone: boolean
}

export function createEndpoints(): Endpoints {
  const open = new Map<string, Endpoint>()

  function openEndpoint(origin: string): Endpoint {
    const pool = new Pool(origin, {
      connections: 128,
      connect: { timeout: 2_000 },
      // A long prompt, or a full answer that is not streamed, takes a while on CPUs.
      headersTimeout: 600_000,
      bodyTimeout: 300_000,
      keepAliveTimeout: 20_000,
    })
    const endpoint = { pool, inFlight: 0, gone: false }
    open.set(origin, endpoint)
    return endpoint
  }

  function drop(origin: string, endpoint: Endpoint): void {
    endpoint.gone = true
    if (open.get(origin) === endpoint) open.delete(origin)
    if (endpoint.inFlight === 0) void endpoint.pool.close()
  }

  return {
    inFlight: (origin) => open.get(origin)?.inFlight ?? 0,
    acquire(origin) {
      const endpoint = open.get(origin) ?? openEndpoint(origin)
      endpoint.inFlight += 1
      let released = false
      return {
        pool: endpoint.pool,
        release() {
          if (released) return
          released = true
          endpoint.inFlight -= 1
          if (endpoint.gone && endpoint.inFlight === 0) void endpoint.pool.close()
        },
      }
    },
    retain(table) {
      const wanted = new Set([...table.values()].flatMap(({ endpoints }) => endpoints))
      for (const [origin, endpoint] of open) if (!wanted.has(origin)) drop(origin, endpoint)
    },
    async close() {
      const pools = [...open.values()].map(({ pool }) => pool)
      open.clear()
      await Promise.all(pools.map((pool) => pool.destroy()))
    },
  }
}
