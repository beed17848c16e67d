import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { listen } from '@berth/kit/listen'

/** An idle connection saves up no more than this. */
const burstMs = 50

/**
 * A second entrance to a server on this machine, where each connection gets so many bytes a second and no more, as at object
 * stores and hubs. It passes on bytes and knows nothing of HTTP, so that signatures hold.
 * @returns its port
 */
export async function openEntrance(
  port: number,
  bytesPerSecond: number,
  ending: AsyncDisposableStack,
): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const behind = connect(port, '127.0.0.1')
    for (const socket of [client, behind]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      socket.on('error', () => undefined)
    }
    client.pipe(behind)
    behind.once('close', () => client.destroy())
    client.once('close', () => behind.destroy())
    pace(behind, client, bytesPerSecond).catch(() => client.destroy())
  })
  ending.defer(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return listen(server)
}

async function pace(from: Socket, to: Socket, bytesPerSecond: number): Promise<void> {
  let freeAt = 0
  for await (const chunk of from as AsyncIterable<Buffer>) {
    const now = performance.now()
    freeAt = Math.max(freeAt, now - burstMs) + (chunk.length / bytesPerSecond) * 1_000
    if (freeAt > now) await delay(freeAt - now)
    if (!to.write(chunk)) await once(to, 'drain')
  }
  to.end()
}
