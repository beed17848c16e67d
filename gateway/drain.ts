import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** How long running answers may still go on. */
const graceMs = 3_000
/** How long an answer that is broken off has to say so. */
const farewellMs = 250

/**
 * Takes no new connections, and lets running answers end for a while. What still runs then is broken off: first at the
 * far end, so that a stream can tell its client, then here.
 */
export async function closeGently(app: FastifyInstance, breakOff: () => Promise<unknown>): Promise<void> {
  const closed = app.close()
  const waited = new AbortController()
  const cut = async () => {
    await delay(graceMs, undefined, { signal: waited.signal })
    await breakOff()
    await delay(farewellMs, undefined, { signal: waited.signal })
    app.server.closeAllConnections()
  }
  const cutting = cut().catch(() => undefined)
  await closed
  waited.abort()
  await cutting
}
