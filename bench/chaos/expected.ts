import type { Inventory } from '@berth/kit/inventory'

export interface ExpectedServer {
  id: string
  url: string
  status: 'READY' | 'STOPPED'
  replicas: number
}

/** What the tenant should have, as far as Berth has acknowledged it: servers and models of its own, by name. */
export interface Expected {
  servers: Map<string, ExpectedServer>
  models: Map<string, { versionId: string }>
}

/** How what exists differs from what was acknowledged, in sentences. */
export function differences(
  { servers, versions }: Pick<Inventory, 'servers' | 'versions'>,
  expected: Expected,
): string[] {
  const found: string[] = []
  for (const [name, { id, status, replicas }] of expected.servers) {
    const same = servers.filter((server) => server.name === name)
    const [server] = same
    if (same.length !== 1 || server?.id !== id) {
      found.push(`The server ${name} should be ${id}, and there is ${same.map((one) => one.id).join(', ')}.`)
      continue
    }
    if (server.status !== status) found.push(`The server ${name} is ${server.status}, not ${status}.`)
    if (server.replicas !== replicas)
      found.push(`The server ${name} wants ${server.replicas}, not ${replicas}.`)
  }
  for (const { name } of servers) {
    if (!expected.servers.has(name)) found.push(`The server ${name} is there, and was deleted.`)
  }
  const own = versions.filter(({ name }) => name !== 'storyteller')
  for (const [name, { versionId }] of expected.models) {
    const ids = own.filter((version) => version.name === name).map(({ id }) => id)
    if (ids.join() !== versionId) found.push(`The model ${name} should be ${versionId}, and there is ${ids}.`)
  }
  for (const { name } of own) {
    if (!expected.models.has(name)) found.push(`The model ${name} is there, and was deleted.`)
  }
  return found
}
