import type { Checks } from '@berth/platform/http'
import { request } from 'undici'
import { z } from 'zod'

const health = z.object({ checks: z.record(z.string(), z.boolean()) })

const timeoutMs = 1_500
/** Many may ask at once; the services are asked once in this time. */
const freshMs = 500

/**
 * Asks every service whether it is ready. Whoever does not answer in time is not.
 * @param services their base URLs, by name.
 * @param own what the gateway itself needs.
 */
export function createHealth(
  services: Readonly<Record<string, string>>,
  own: () => Checks,
): () => Promise<Checks> {
  let last: { at: number; checks: Promise<Checks> } | undefined

  async function ask(): Promise<Checks> {
    const answers = await Promise.all(Object.entries(services).map(([name, url]) => look(name, url)))
    return Object.assign({}, ...answers)
  }

  return async () => {
    const now = performance.now()
    if (!last || now - last.at > freshMs) last = { at: now, checks: ask() }
    return { ...own(), ...(await last.checks) }
  }
}

/** Whether the service is ready; where it says what it lacks, that too, such as `auth/postgres`. */
async function look(name: string, url: string): Promise<Checks> {
  try {
    const { statusCode, body } = await request(`${url}/health`, { signal: AbortSignal.timeout(timeoutMs) })
    const told = health.safeParse(await body.json()).data?.checks ?? {}
    const lacking = Object.entries(told).filter(([, ready]) => !ready)
    const parts = lacking.map(([part]) => [`${name}/${part}`, false] as const)
    return { [name]: statusCode === 200, ...Object.fromEntries(parts) }
  } catch {
    return { [name]: false }
  }
}
