import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CoreV1Api } from '@kubernetes/client-node'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isTimeout, loadKubeConfig, requestWithinMs } from './kube.ts'

const asked = vi.fn()
let folder: string
let server: Server
let answer: RequestListener

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kube-'))
  server = createServer((request, response) => {
    asked(request.url)
    answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const file = join(folder, 'kubeconfig')
  const cluster = { server: address, 'insecure-skip-tls-verify': true }
  const config = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }
  writeFileSync(file, JSON.stringify(config))
  vi.stubEnv('KUBECONFIG', file)
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const readNamespace = (check?: () => void) =>
  loadKubeConfig(check).makeApiClient(CoreV1Api).readNamespace({ name: 'n' })

/** @returns how to let the time of the request be over */
function holdTime(): () => void {
  const time = new AbortController()
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    expect(ms).toBe(requestWithinMs)
    return time.signal
  })
  return () => time.abort(new DOMException('The time is over.', 'TimeoutError'))
}

test.each<[string, (response: ServerResponse, then: () => void) => void]>([
  ['does not answer', (_response, then) => then()],
  ['breaks off in the middle of its answer', (response, then) => void response.write('{"kind":', then)],
])('a request ends when the API %s', async (_case, hang) => {
  const end = holdTime()
  answer = (_request, response) => hang(response, end)
  const error = await readNamespace().catch((failure: unknown) => failure)
  expect(isTimeout(error)).toBe(true)
  expect(asked).toHaveBeenCalledWith('/api/v1/namespaces/n')
})

test('a request that its owner no longer allows is not sent', async () => {
  asked.mockClear()
  const check = () => {
    throw new Error('no longer')
  }
  await expect(readNamespace(check)).rejects.toThrow('no longer')
  expect(asked).not.toHaveBeenCalled()
})

test('requests one after the other share connections', async () => {
  answer = (_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"kind":"Namespace","metadata":{"name":"n"}}')
  }
  // However long the pauses between the requests.
  server.keepAliveTimeout = 0
  const connected = vi.fn()
  server.on('connection', connected)
  const config = loadKubeConfig()
  for (let count = 0; count < 10; count += 1) {
    // Each client of a kubeconfig is one more owner of the same connections.
    const { metadata } = await config.makeApiClient(CoreV1Api).readNamespace({ name: 'n' })
    expect(metadata?.name).toBe('n')
  }
  // The next request may begin before a connection knows that it is idle.
  expect(connected.mock.calls.length).toBeLessThanOrEqual(2)
})
