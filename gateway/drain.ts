import type { FastifyInstance } from 'fastify'

/** How long running answers may still go on. */
const graceMs = 3_500

/** Takes no new connections, lets running answers end for a while, then cuts what is left. */
export async function closeGently(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs)
  try {
    await app.close()
  } finally {
    clearTimeout(cut)
  }
}
