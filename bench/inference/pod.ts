import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { startIssuer } from '@berth/kit/issuer'

/** How a model is run; the same for a pod and for the engine by itself. */
export interface Runtime {
  /** A GGUF. */
  file: string
  /** Requests that are answered at once. */
  parallel: number
  /** Tokens of each of those, prompt and answer. */
  contextSize: number
  batchSize: number
  /** 0 means as many as there are cores. */
  threads: number
  gpuLayers: number
}

export interface Pod {
  /** With /v1. */
  url: string
  token: string
  pid: number
}

const entry = join(resolve(import.meta.dirname, '../..'), 'services/inference/main.ts')
/** As the image starts it (infra/images/Dockerfile). */
const asInImage = { options: ['--max-old-space-size=192', '--max-semi-space-size=4'], arenas: '1' }

/** The inference service by itself, with an issuer of our own to trust, as soon as it is ready; both end with the stack. */
export async function startPod(
  runtime: Runtime,
  ending: AsyncDisposableStack,
  nodeOptions: string[] = [],
): Promise<Pod> {
  const issuer = await startIssuer(ending)
  const tenant = randomUUID()
  const child = spawn(process.execPath, [...asInImage.options, ...nodeOptions, entry, 'serve'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_OPTIONS: process.env.NODE_OPTIONS,
      NODE_ENV: 'production',
      MALLOC_ARENA_MAX: asInImage.arenas,
      PORT: '0',
      MODEL_PATH: resolve(runtime.file),
      MODEL_NAME: 'bench',
      SERVER_ID: randomUUID(),
      TENANT_ID: tenant,
      CONTEXT_SIZE: String(runtime.contextSize),
      PARALLEL: String(runtime.parallel),
      BATCH_SIZE: String(runtime.batchSize),
      THREADS: String(runtime.threads),
      GPU_LAYERS: String(runtime.gpuLayers),
      AUTH_ISSUER: issuer.url,
      AUTH_JWKS_URL: issuer.jwksUrl,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ending.defer(async () => {
    const ended = once(child, 'exit')
    if (child.kill('SIGTERM')) await ended
  })
  const port = await untilReady(child)
  return { url: `http://127.0.0.1:${port}/v1`, token: issuer.sign(tenant), pid: child.pid ?? 0 }
}

async function untilReady({ stdout }: ChildProcessByStdio<null, Readable, null>): Promise<number> {
  const lines = createInterface({ input: stdout })
  let port = 0
  let last = ''
  try {
    for await (const line of lines) {
      last = line
      const { msg, port: told } = JSON.parse(line) as { msg: string; port?: number }
      port = told ?? port
      if (msg === 'ready') return port
    }
  } finally {
    // Its pipe must not fill up.
    stdout.resume()
  }
  throw new Error(`The pod ended before it was ready: ${last}`)
}
