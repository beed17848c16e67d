import type { Log } from '@berth/platform/log'
import { failWith } from '@berth/platform/subgraph'
import { type ServiceTokens, TokenError } from '@berth/platform/tokens'
import { request } from 'undici'
import { z } from 'zod'

/** A server that uses a version. */
export interface VersionUser {
  tenantId: string
  name: string
}

/** Asks who uses a version, over all tenants. */
export type UsersOf = (versionId: string) => Promise<VersionUser[]>

const answer = z.object({ servers: z.array(z.object({ tenantId: z.string(), name: z.string() })) })

/**
 * Asks the servers service. An answer that does not come is no permission: the error is `SERVICE_UNAVAILABLE`.
 */
export function createUsage(serversUrl: string, tokens: ServiceTokens, log: Log): UsersOf {
  return async (versionId) => {
    try {
      const token = await tokens.get({ audience: 'berth-servers', scope: 'servers:read' })
      const { statusCode, body } = await request(`${serversUrl}/internal/versions/${versionId}/servers`, {
        headers: { authorization: `Bearer ${token}` },
        headersTimeout: 5_000,
        bodyTimeout: 5_000,
      })
      if (statusCode === 401) tokens.refused(token)
      if (statusCode !== 200) {
        await body.dump()
        throw new Error(`the servers service answered with status ${statusCode}`)
      }
      return answer.parse(await body.json()).servers
    } catch (error) {
      const why = error instanceof TokenError ? error.message : 'The servers service does not say.'
      log.warn({ version: versionId, err: error }, 'who uses a version could not be asked')
      throw failWith(
        'SERVICE_UNAVAILABLE',
        `Whether a server uses this version is not known now; try again. ${why}`,
      )
    }
  }
}

/** The users by name, as a caller may know them: another tenant's server is there, without its name. */
export function namesFor(users: readonly VersionUser[], tenantId: string): string[] {
  const own = users.filter((user) => user.tenantId === tenantId).map(({ name }) => name)
  const others = users.length - own.length
  if (others === 0) return own
  return [...own, others === 1 ? 'a server of another tenant' : `${others} servers of other tenants`]
}
