import { canonicalJson, digest } from '@berth/platform/digest'
import { TokenError, type VerifyJwt } from '@berth/platform/tokens'
import {
  apiVersion,
  contractAnnotation,
  contractTerms,
  kind,
  labels,
  prefix,
} from '@berth/schema/modelserve.ts'
import { z } from 'zod'

const modelServe = z.looseObject({
  metadata: z.looseObject({
    name: z.string().default(''),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.looseObject({ serverId: z.string(), replicas: z.number() }),
})

export type ReviewedModelServe = z.infer<typeof modelServe>

const scale = z.looseObject({
  spec: z.looseObject({ replicas: z.number().default(0) }).default({ replicas: 0 }),
})

/** The request of an AdmissionReview (admission.k8s.io/v1), as far as it matters here. */
export const admissionRequest = z.looseObject({
  uid: z.string(),
  operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
  subResource: z.string().optional(),
  namespace: z.string().default(''),
  name: z.string().default(''),
  object: z.unknown().optional(),
  oldObject: z.unknown().optional(),
})

export type AdmissionRequest = z.infer<typeof admissionRequest>

export interface Decision {
  allowed: boolean
  /** For the metric: allowed, unchanged, or why not. */
  code: string
  message?: string
  /** What broke, for the log; the message does not tell it. */
  cause?: unknown
}

export interface Contract {
  verify: VerifyJwt
  /** The ModelServe as it is stored; a Scale says nothing about it. Undefined when there is none. */
  read(namespace: string, name: string): Promise<unknown>
}

/** Contract claims beside those of RFC 7519. */
const claims = z.looseObject({
  sub: z.string(),
  tenant: z.string(),
  digest: z.string(),
  maxReplicas: z.number().int(),
})

class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Whether a change to a ModelServe is covered by the contract token it carries. What cannot be checked is refused.
 */
export async function decide(request: AdmissionRequest, contract: Contract): Promise<Decision> {
  try {
    const check = await whatToCheck(request, contract)
    if (!check) return { allowed: true, code: 'unchanged' }
    await checkContract(check, contract.verify)
    return { allowed: true, code: 'allowed' }
  } catch (error) {
    return refusal(error)
  }
}

interface Check {
  resource: ReviewedModelServe
  namespace: string
  /** Only the number of replicas changes: a contract once given goes on covering that. */
  ignoreExpiration: boolean
}

async function whatToCheck(request: AdmissionRequest, { read }: Contract): Promise<Check | undefined> {
  const { operation, subResource, namespace, name, object, oldObject } = request
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined
  if (subResource === 'scale') {
    const stored = await read(namespace, name)
    if (stored === undefined)
      throw new Refused('malformed', `there is no ModelServe ${namespace}/${name} to scale`)
    const resource = modelServe.parse(stored)
    const { replicas } = scale.parse(object).spec
    return {
      resource: { ...resource, spec: { ...resource.spec, replicas } },
      namespace,
      ignoreExpiration: true,
    }
  }
  if (subResource) return undefined
  const resource = modelServe.parse(object)
  if (operation === 'CREATE') return { resource, namespace, ignoreExpiration: false }
  const before = modelServe.parse(oldObject)
  const sameTerms = terms(before) === terms(resource)
  if (sameTerms && before.spec.replicas === resource.spec.replicas) return undefined
  return { resource, namespace, ignoreExpiration: sameTerms }
}

/** All that a contract speaks of except the number of replicas. */
function terms({ metadata, spec }: ReviewedModelServe): string {
  const { replicas: _, ...rest } = spec
  const ours = (all: Record<string, string> | null | undefined) =>
    Object.entries(all ?? {})
      .filter(([name]) => name.startsWith(prefix))
      .sort()
  return canonicalJson([rest, ours(metadata.labels), ours(metadata.annotations)])
}

async function checkContract(
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

function refusal(error: unknown): Decision {
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
