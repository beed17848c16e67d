/** What of Berth is away: all of it, or parts as `/health` names them; null while nothing is. */
export type Outage = 'all' | readonly string[] | null

const names: Record<string, string> = {
  auth: 'sign-in',
  models: 'the models service',
  servers: 'the servers service',
  operator: 'the operator',
  gateway: 'the connection to Kubernetes',
  postgres: 'the database',
  objects: 'the object store',
  caches: 'the connection to Kubernetes',
  webhook: 'the admission of changes to the cluster',
}

/** Asks the gateway what is ready. */
export async function askHealth(send: typeof fetch = fetch): Promise<Outage> {
  try {
    const response = await send('/health', { signal: AbortSignal.timeout(5_000) })
    if (response.ok) return null
    const { checks } = await response.json()
    return Object.keys(checks).filter((part) => !checks[part])
  } catch {
    return 'all'
  }
}

/**
 * What to tell of an outage. Where a service says what it lacks, as `auth/postgres` does, that is what is away, and not
 * the service.
 */
export function outageText(outage: Outage, isCutOff: boolean): string | undefined {
  if (outage === 'all') {
    return 'Berth cannot be reached. Is it running, and are you online? This page tries again by itself; what it shows may be old.'
  }
  if (outage && outage.length > 0) {
    const lacking = outage.filter((part) => !outage.some((other) => other.startsWith(`${part}/`)))
    const words = new Set(
      lacking.map((part) => part.split('/').at(-1) ?? part).map((part) => names[part] ?? part),
    )
    const list = new Intl.ListFormat('en').format(words)
    const sentence = `${list.charAt(0).toUpperCase()}${list.slice(1)} ${words.size === 1 ? 'is' : 'are'} away.`
    return `${sentence} What needs this waits; this page goes on by itself, and what it shows may be old.`
  }
  return isCutOff ? 'Live updates are cut off. Reconnecting; what this page shows may be old.' : undefined
}
