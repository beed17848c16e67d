import { get } from 'node:http'
import type { Probe } from '../objects.ts'

/** Where a probe finds its container. */
export interface Target {
  address: string
  ports: { name?: string; containerPort: number }[]
}

/** Runs one check; an empty text is a success, any other says why not. */
function check({ httpGet, timeoutSeconds = 1 }: Probe, { address, ports }: Target): Promise<string> {
  if (!httpGet || httpGet.scheme === 'HTTPS')
    return Promise.resolve('only httpGet by HTTP is modelled by the pocket cluster (LIMITS.md)')
  const { path = '/', httpHeaders = [], host = address } = httpGet
  const port = ports.find(({ name }) => name === httpGet.port)?.containerPort ?? httpGet.port
  const url = `http://${host}:${port}${path}`
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]))
  const options = { agent: false, headers, signal: AbortSignal.timeout(timeoutSeconds * 1000) } as const
  return new Promise((resolve) => {
    const call = get(url, options, ({ statusCode = 0 }) => {
      const good = statusCode >= 200 && statusCode < 400
      resolve(good ? '' : `HTTP probe failed with statuscode: ${statusCode}`)
      call.destroy()
    })
    call.on('error', ({ message }) => {
      const why = options.signal.aborted ? 'context deadline exceeded' : message
      resolve(`Get "${url}": ${why}`)
    })
  })
}

export interface Prober {
  stop(): void
}

/** While the answer wanted has not come yet, checks run this often, so that a local start feels quick. */
const eagerMilliseconds = 250

/**
 * Checks until stopped. `passed` and `failed` are told when a threshold is crossed, `missed` of every failure.
 * An eager probe (startup, and readiness until the pod is ready) checks more often than its period; failures then
 * count by the time they fill: failureThreshold × period.
 */
export function startProbe(
  probe: Probe,
  target: Target,
  eager: boolean,
  tell: { passed(): void; failed(why: string): void; missed(why: string): void },
): Prober {
  const period = (probe.periodSeconds ?? 10) * 1000
  const threshold = probe.failureThreshold ?? 3
  let successes = 0
  let failures = 0
  let failingSince = 0
  let toldAt = Number.NEGATIVE_INFINITY
  let good = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const once = async (): Promise<void> => {
    const why = await check(probe, target)
    if (stopped) return
    if (why === '') {
      successes += 1
      failures = 0
      if (successes >= (probe.successThreshold ?? 1) && !good) {
        good = true
        tell.passed()
      }
    } else {
      if (failures === 0) failingSince = performance.now()
      successes = 0
      failures += 1
      // An eager probe tells no more often than a patient one would.
      if (performance.now() - toldAt >= period) {
        toldAt = performance.now()
        tell.missed(why)
      }
      const long =
        eager && !good ? performance.now() - failingSince >= (threshold - 1) * period : failures >= threshold
      if (long) {
        good = false
        tell.failed(why)
      }
    }
    if (!stopped) timer = setTimeout(once, eager && !good ? Math.min(period, eagerMilliseconds) : period)
  }
  timer = setTimeout(once, (probe.initialDelaySeconds ?? 0) * 1000)
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
