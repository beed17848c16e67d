import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { Readable } from 'node:stream'
import { createLog } from '@berth/platform/log'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEndpoints, type Endpoints } from './endpoints.ts'
import { errorBody, InferenceError } from './errors.ts'
import { forward } from './forward.ts'

const log = createLog('test', 'silent')
let endpoints: Endpoints
const open: Server[] = []

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  open.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
}

/** A gateway that forwards all it gets to these pods. */
function proxy(...pods: string[]): Promise<string> {
  return listen(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const route = {
      serverId: 's',
      tenantId: 't',
      namespace: 'n',
      name: 'fox',
      modelName: 'm',
      phase: 'Ready',
    }
    await forward({
      request,
      response,
      requestId: 'r-1',
      peer: '192.0.2.1',
      path: '/v1/chat/completions',
      body: Buffer.concat(chunks),
      route: { ...route, message: undefined, createdAt: undefined, endpoints: pods },
      endpoints,
      answered: () => undefined,
      log,
    }).catch((error: unknown) => {
      if (error instanceof InferenceError)
        response.writeHead(error.status).end(JSON.stringify(errorBody(error)))
      else response.destroy()
    })
  })
}

beforeEach(() => {
  endpoints = createEndpoints()
})

afterEach(async () => {
  await endpoints.close()
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const ask = (url: string, signal?: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    body: '{"model":"m"}',
    headers: { authorization: 'Bearer t' },
    signal: signal ?? null,
  })

const deadPod = 'http://127.0.0.1:1'

test('a HEAD stays a HEAD', async () => {
  const methods: (string | undefined)[] = []
  const pod = await listen((request, response) => {
    methods.push(request.method)
    response.end()
  })
  const answer = await fetch(await proxy(pod), { method: 'HEAD' })
  expect([answer.status, ...methods]).toEqual([200, 'HEAD'])
})

test('the request arrives whole, with the id that it has here', async () => {
  const pod = await listen(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { authorization, 'x-request-id': id, 'x-forwarded-for': peer } = request.headers
    response.end(JSON.stringify({ url: request.url, body, authorization, id, peer }))
  })
  const response = await ask(await proxy(pod))
  expect(response.headers.get('x-request-id')).toBe('r-1')
  expect(await response.json()).toEqual({
    url: '/v1/chat/completions',
    body: '{"model":"m"}',
    authorization: 'Bearer t',
    id: 'r-1',
    peer: '192.0.2.1',
  })
})

test('a pod that cannot be reached is passed over for another, with the same body', async () => {
  const pod = await listen((request, response) => request.pipe(response))
  const url = await proxy(deadPod, pod)
  for (let time = 0; time < 8; time += 1) expect(await (await ask(url)).text()).toBe('{"model":"m"}')
})

test('when no pod can be reached, that is said in the shape of OpenAI', async () => {
  const response = await ask(await proxy(deadPod))
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ error: { type: 'server_error', code: 'server_unreachable' } })
})

test('a stream that breaks off ends with an error event', async () => {
  let breakOff = () => {}
  const pod = await listen((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: {"part":1}\n\n')
    breakOff = () => request.socket.destroy()
  })
  const { body } = await ask(await proxy(pod))
  let text = ''
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    if (text.endsWith('{"part":1}\n\n')) breakOff()
  }
  expect(text).toMatch(
    /^data: {"part":1}\n\n\s*event: error\ndata: {"error":{.*"code":"stream_broken"}}\n\n$/s,
  )
})

test('an answer that is no stream and breaks off does not look whole', async () => {
  let breakOff = () => {}
  const pod = await listen((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"half":')
    breakOff = () => request.socket.destroy()
  })
  const response = await ask(await proxy(pod))
  breakOff()
  await expect(response.text()).rejects.toThrow()
})

test('a client that leaves frees the pod at once', async () => {
  const left = Promise.withResolvers<void>()
  const pod = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    response.once('close', () => left.resolve())
  })
  const abort = new AbortController()
  const response = await ask(await proxy(pod), abort.signal)
  await response.body?.getReader().read()
  expect(endpoints.inFlight(pod)).toBe(1)
  abort.abort()
  // It has nothing more to send, so it would be left alone for minutes otherwise.
  await left.promise
  await expect.poll(() => endpoints.inFlight(pod)).toBe(0)
})

test('a slow reader holds the pod back', async () => {
  let written = 0
  function* chunks() {
    for (; written < 200; written += 1) yield Buffer.alloc(1_048_576, 'x')
  }
  const pod = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    Readable.from(chunks()).pipe(response)
  })
  const abort = new AbortController()
  const response = await ask(await proxy(pod), abort.signal)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(written).toBeLessThan(100)
  abort.abort()
  await response.text().catch(() => undefined)
})
