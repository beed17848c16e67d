import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'
import { expect, test } from 'vitest'
import { createSpent } from './spent.ts'

const mebibyte = 2 ** 20
const chunk = Buffer.alloc(mebibyte)
const chunks = 200

test('what was read from a connection does not pile up', async () => {
  const server = createServer(async (_request, response) => {
    for (let sent = 0; sent < chunks; sent++) await new Promise((written) => response.write(chunk, written))
    response.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const spend = createSpent(8 * mebibyte)
  const hash = createHash('sha256')
  let most = 0
  const before = process.memoryUsage().arrayBuffers
  const { body } = await request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  for await (const bytes of body) {
    hash.update(bytes)
    spend(bytes.length)
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  expect(hash.digest('hex')).toHaveLength(64)
  expect(most).toBeLessThan(48 * mebibyte)
  server.close()
  server.closeAllConnections()
})
