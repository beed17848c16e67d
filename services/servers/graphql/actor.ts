import { failWith, type RequestContext, requireCaller } from '@berth/platform/subgraph'
import type { Actor } from '../commands/deploy.ts'
import { ModelsUnavailable } from '../models/client.ts'

/** What the token says of the caller, where servers are to be planned or changed. */
export function actorOf(context: RequestContext): Actor {
  const { subject, tenantId, namespace } = requireCaller(context)
  if (namespace) return { subject, tenantId, namespace }
  throw failWith(
    'FORBIDDEN',
    "This token names no namespace of its tenant's; ask for a new one at /auth/token.",
  )
}

/** Answers for a models service that is away; everything else goes on. */
export async function withModels<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ModelsUnavailable) {
      throw failWith('SERVICE_UNAVAILABLE', `${error.message} Try again in a moment.`)
    }
    throw error
  }
}
