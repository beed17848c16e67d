import { digest } from '@berth/platform/digest'
import { TokenError, type VerifyJwt } from '@berth/platform/tokens'
import { apiVersion, contractAnnotation, contractTerms, kind, labels } from '@berth/schema/modelserve.ts'
import { z } from 'zod'
import type { ModelServeResource } from './resource.ts'

export const modelServe = z.looseObject({
  metadata: z.looseObject({
    name: z.string().default(''),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.looseObject({ serverId: z.string(), replicas: z.number() }),
})

export type ReviewedModelServe = z.infer<typeof modelServe>

export interface Decision {
  allowed: boolean
  /** For the metric: allowed, unchanged, or why not. */
  code: string
  message?: string
  /** What broke, for the log; the message does not tell it. */
  cause?: unknown
}

/** Contract claims beside those of RFC 7519. */
const claims = z.looseObject({
  sub: z.string(),
  exp: z.number(),
  tenant: z.string(),
  digest: z.string(),
  maxReplicas: z.number().int(),
})

/** What the contract does not cover; the message is the reason, as a part of a sentence. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface Check {
  resource: ReviewedModelServe
  namespace: string
  /** Only the number of replicas changes: a contract once given goes on covering that. */
  ignoreExpiration: boolean
}

/** @throws Refused, or TokenError for the token itself */
export async function checkContract(
  { resource, namespace, ignoreExpiration }: Check,
  verify: VerifyJwt,
): Promise<void> {
  const { metadata, spec } = resource
  const token = metadata.annotations?.[contractAnnotation]
  if (!token) throw new Refused('missing', `the annotation ${contractAnnotation} is missing`)
  const parsed = claims.safeParse(await verify(token, { ignoreExpiration }))
  if (!parsed.success) throw new Refused('invalid', 'the contract token lacks the claims of a contract')
  const { sub, tenant, digest: bound, maxReplicas } = parsed.data
  if (sub !== spec.serverId)
    throw new Refused('server', `the contract is for the server ${sub}, not ${spec.serverId}`)
  if (metadata.labels?.[labels.serverId] !== spec.serverId) {
    throw new Refused('label', `the label ${labels.serverId} differs from spec.serverId`)
  }
  if (metadata.labels[labels.tenant] !== tenant) {
    throw new Refused(
      'tenant',
      `the label ${labels.tenant} is not the tenant that the contract was made with`,
    )
  }
  if (bound !== digest(contractTerms({ namespace, name: metadata.name }, spec))) {
    throw new Refused('digest', 'the contract is bound to another spec, name or namespace')
  }
  if (spec.replicas > maxReplicas) {
    throw new Refused('replicas', `the contract allows at most ${maxReplicas} replicas, not ${spec.replicas}`)
  }
}

/**
 * Whether a stored ModelServe is covered by the contract that it carries. Admission says so before it is stored; this
 * finds what was written while nobody asked the webhook. An approval that has expired since goes on covering it.
 */
export async function stillHolds(resource: ModelServeResource, verify: VerifyJwt): Promise<Decision> {
  const { namespace } = resource.metadata
  try {
    await checkContract({ resource: modelServe.parse(resource), namespace, ignoreExpiration: true }, verify)
    return { allowed: true, code: 'allowed' }
  } catch (error) {
    return refusal(error)
  }
}

/** The refusal that an error means; what cannot be checked is refused. */
export function refusal(error: unknown): Decision {
  const next =
    'Deploy or change the server through Berth (deployServer, scaleServer), which signs a contract for it.'
  const deny = (code: string, why: string, then = next): Decision => ({
    allowed: false,
    code,
    message: `Refused by the Berth contract: ${why}. ${then}`,
  })
  if (error instanceof Refused) return deny(error.code, error.message)
  if (error instanceof TokenError) {
    const why = error.message.charAt(0).toLowerCase() + error.message.slice(1).replace(/\.$/, '')
    if (error.reason !== 'unavailable') return deny(error.reason, why)
    return deny(
      'unavailable',
      why,
      'The servers service signs contracts; nothing is admitted until its keys can be read.',
    )
  }
  if (error instanceof z.ZodError) return deny('malformed', `the object is not a ${kind} of ${apiVersion}`)
  return {
    ...deny('unavailable', 'the check itself failed', 'Try again; the log of the operator says why.'),
    cause: error,
  }
}
