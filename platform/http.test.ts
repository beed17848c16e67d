import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { createHttpServer, listen } from './http.ts'
import { createLog } from './log.ts'

test('an offer to speak HTTP/2 is ignored where sockets are served', async () => {
  const app = createHttpServer({ log: createLog('test', 'silent'), checks: () => ({}) })
  app.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
  const port = await listen(app, { host: '127.0.0.1', port: 0 })
  const status = async (upgrade: string) => {
    const asked = request({ port, path: '/live', headers: { connection: 'Upgrade', upgrade } }).end()
    const answered = once(asked, 'response').then(([response]) => response.resume().statusCode)
    return Promise.race([answered, once(asked, 'upgrade').then(() => 101)])
  }
  expect(await status('h2c')).toBe(200)
  expect(await status('WebSocket')).toBe(101)
  await app.close()
})
