import type { ClusterRoutes } from './cluster.ts'
import type { Route } from './routing.ts'

/**
 * Holds a request for a server that is about to have an endpoint. A client may hear that a server is ready a moment
 * before the EndpointSlice says so here; it is not to be turned away for that.
 * @returns the route with an endpoint, or the one there is when the time is over
 */
export async function untilEndpoint(
  cluster: Pick<ClusterRoutes, 'current' | 'onChange'>,
  route: Route,
  withinMs = 1_500,
): Promise<Route> {
  if (route.endpoints.length > 0 || !['Ready', 'Starting'].includes(route.phase)) return route
  const { promise, resolve } = Promise.withResolvers<Route>()
  const current = () => cluster.current().get(route.serverId) ?? route
  const stop = cluster.onChange(() => {
    if (current().endpoints.length > 0) resolve(current())
  })
  const timer = setTimeout(() => resolve(current()), withinMs)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    stop()
  }
}
