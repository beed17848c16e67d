import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { startIssuer } from './issuer.ts'

/** The pod's own process with a model in it, without a cluster around it. */
export interface Pod {
  url: string
  token: string
  process: ChildProcess
  /** What Prometheus reads: the value of each series by its name and labels. */
  metrics(): Promise<Map<string, number>>
}

const entry = resolve(import.meta.dirname, '../services/inference/main.ts')

/**
 * Starts the process and waits until it listens; it ends with the stack.
 * @param model a GGUF
 * @param env settings beside the model
 */
export async function startPod(
  model: string,
  ending: AsyncDisposableStack,
  env: Record<string, string> = {},
): Promise<Pod> {
  const issuer = await startIssuer(ending)
  const tenant = randomUUID()
  const child = spawn(process.execPath, [entry, 'serve'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      MODEL_PATH: model,
      MODEL_NAME: 'fox',
      SERVER_ID: randomUUID(),
      TENANT_ID: tenant,
      AUTH_ISSUER: issuer.url,
      AUTH_JWKS_URL: issuer.jwksUrl,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ending.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  })
  const lines = createInterface({ input: child.stdout })
  const port = await new Promise<number>((listening, fail) => {
    lines.on('line', (line) => {
      const [, found] = /"port":(\d+)/.exec(line) ?? []
      if (found) listening(Number(found))
    })
    child.once('exit', (code) => fail(new Error(`The pod ended with ${code} before it listened.`)))
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    token: issuer.sign(tenant),
    process: child,
    async metrics() {
      const text = await (await fetch(`${url}/metrics`)).text()
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
      return new Map(series.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]))
    },
  }
}

/** Whether the pod says that it is ready. */
export const isReady = async ({ url }: Pick<Pod, 'url'>) => (await fetch(`${url}/health`)).status === 200
