import { failWith, type RequestContext, requireCaller } from '@berth/platform/subgraph'
import type { Caller } from '@berth/platform/tokens'
import type { DataSource } from 'typeorm'
import type { Viewer } from '../registry/visible.ts'
import { createLoaders, type Loaders } from './loaders.ts'

export interface Context extends RequestContext {
  /**
   * The caller as one that reads or writes a tenant's models.
   * @throws GraphQLError `UNAUTHENTICATED` or `FORBIDDEN`; references of other subgraphs come here unchecked.
   */
  viewer(): Viewer
  loaders(): Loaders
}

export const viewerOf = ({ tenantId, role, namespace }: Caller & { tenantId: string }): Viewer => ({
  tenantId,
  namespace,
  isAdmin: role === 'ADMIN',
})

export function createContext(database: DataSource, base: RequestContext): Context {
  let loaders: Loaders | undefined
  const viewer = () => {
    const caller = requireCaller(base)
    if (!caller.scopes.has('models:read') && !caller.scopes.has('models:write')) {
      throw failWith('FORBIDDEN', 'Models need the scope models:read, which this token does not have.')
    }
    return viewerOf(caller)
  }
  return {
    ...base,
    viewer,
    loaders: () => {
      loaders ??= createLoaders(database, viewer())
      return loaders
    },
  }
}
