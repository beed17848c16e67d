import { canonicalJson } from '@berth/platform/digest'
import type { VerifyJwt } from '@berth/platform/tokens'
import { prefix } from '@berth/schema/modelserve.ts'
import { z } from 'zod'
import {
  type Check,
  checkContract,
  type Decision,
  modelServe,
  Refused,
  type ReviewedModelServe,
  refusal,
} from '../modelserve/contract.ts'

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

export interface Contract {
  verify: VerifyJwt
  /** The ModelServe as it is stored; a Scale says nothing about it. Undefined when there is none. */
  read(namespace: string, name: string): Promise<unknown>
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
