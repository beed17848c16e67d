import type { Checks } from '@berth/platform/http'
import { request } from 'undici'

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
    const answers = await Promise.all(
      Object.entries(services).map(async ([name, url]) => [name, await isReady(url)] as const),
    )
    return Object.fromEntries(answers)
  }

  return async () => {
    const now = performance.now()
    if (!last || now - last.at > freshMs) last = { at: now, checks: ask() }
    return { ...own(), ...(await last.checks) }
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await request(`${url}/health`, { signal: AbortSignal.timeout(timeoutMs) })
    await response.body.dump()
    return response.statusCode === 200
  } catch {
    return false
  }
}
