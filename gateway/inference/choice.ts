import type { Route, RoutingTable } from './routing.ts'

/**
 * The server that a request's `model` means, among a tenant's: by the server's name, its id, or the name of the model
 * that it serves. Of several, one that is ready, and of those the least busy.
 */
export function chooseServer(
  table: RoutingTable,
  wanted: { model: string; tenantId: string },
  busy: (route: Route) => number,
): Route | undefined {
  const { model, tenantId } = wanted
  const own = [...table.values()].filter((route) => route.tenantId === tenantId)
  const named =
    own.find(({ name }) => name === model) ?? own.find(({ serverId }) => serverId === model.toLowerCase())
  if (named) return named
  return own
    .filter(({ modelName }) => modelName === model)
    .map((route) => ({ route, ready: route.endpoints.length > 0 ? 0 : 1, load: busy(route) }))
    .sort((a, b) => a.ready - b.ready || a.load - b.load)[0]?.route
}

/** The endpoint with the fewest requests in flight; among equals one at random, so that gateways do not all pick the same. */
export function chooseEndpoint(
  endpoints: readonly string[],
  inFlight: (origin: string) => number,
  random: () => number = Math.random,
): string | undefined {
  const least = Math.min(...endpoints.map(inFlight))
  const idle = endpoints.filter((origin) => inFlight(origin) === least)
  return idle[Math.floor(random() * idle.length)]
}

/** One entry of OpenAI's list of models, with the servers behind it. */
export interface ServedModel {
  id: string
  object: 'model'
  created: number
  owned_by: string
  servers: { id: string; name: string; ready: boolean }[]
}

/** The models that a tenant's servers serve, each once, by name. */
export function servedModels(table: RoutingTable, tenantId: string): ServedModel[] {
  const models = new Map<string, ServedModel>()
  for (const route of table.values()) {
    if (route.tenantId !== tenantId) continue
    const created = Math.floor((route.createdAt?.getTime() ?? 0) / 1000)
    const known = models.get(route.modelName)
    const model = known ?? { id: route.modelName, object: 'model', created, owned_by: 'berth', servers: [] }
    model.created = Math.min(model.created, created)
    model.servers.push({ id: route.serverId, name: route.name, ready: route.endpoints.length > 0 })
    models.set(route.modelName, model)
  }
  return [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
