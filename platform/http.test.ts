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

const serve = (checks: Record<string, boolean>) =>
  createHttpServer({ log: createLog('test', 'silent'), checks: () => checks })

test.each([
  [{ postgres: true, objects: true }, 200, 'ok'],
  [{ postgres: true, objects: false }, 503, 'unavailable'],
])('/health names the parts %j and answers %i', async (checks, code, status) => {
  const answer = await serve(checks).inject('/health')
  expect(answer.statusCode).toBe(code)
  expect(answer.json()).toEqual({ status, checks })
})

test('/live answers though a part is not ready', async () => {
  expect((await serve({ postgres: false }).inject('/live')).statusCode).toBe(200)
})

test('an error that nobody translated tells only the id of its request', async () => {
  const app = serve({})
  app.get('/broken', () => Promise.reject(new Error('password is hunter2')))
  const answer = await app.inject({ url: '/broken', headers: { 'x-request-id': 'abc-1' } })
  expect(answer.statusCode).toBe(500)
  expect(answer.headers['x-request-id']).toBe('abc-1')
  expect(answer.json()).toEqual({
    error: 'Something broke here; its log has it under abc-1.',
    requestId: 'abc-1',
  })
})

test('a request id that could forge a line of the log is replaced', async () => {
  const answer = await serve({}).inject({ url: '/live', headers: { 'x-request-id': 'a b"c' } })
  expect(answer.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
})

test('a 401 says how to be let in, and what was wrong with what was sent', async () => {
  const app = serve({})
  app.get('/closed', (_request, reply) => reply.code(401).send())
  const challenge = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/closed', headers })).headers['www-authenticate']
  expect(await challenge({})).toBe('Bearer realm="berth"')
  expect(await challenge({ authorization: 'Bearer x' })).toBe('Bearer realm="berth", error="invalid_token"')
})

test('two Authorization headers are never one of them', async () => {
  const app = serve({})
  app.get('/seen', async ({ headers }) => ({ seen: headers.authorization }))
  const port = await listen(app, { host: '127.0.0.1', port: 0 })
  const asked = request({
    port,
    path: '/seen',
    headers: ['host', 'x', 'authorization', 'Bearer first', 'Authorization', 'Bearer second'],
  }).end()
  const [response] = await once(asked, 'response')
  expect(JSON.parse(String((await response.toArray()).join('')))).toEqual({
    seen: 'Bearer first, Bearer second',
  })
  await app.close()
})
