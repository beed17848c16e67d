import { digest } from '@berth/platform/digest'
import type { SigningKeys } from '@berth/platform/signing'
import type { ModelServe } from '@berth/schema/generated/modelserve.ts'

/** How long a resource may be created or changed with the token; scaling within it holds for longer. */
const contractSeconds = 3_600

/** What a contract is bound to: where the resource stands and everything in it but the number of replicas. */
export function specDigest(namespace: string, name: string, spec: ModelServe['spec']): string {
  const { replicas: _, ...bound } = spec
  return digest({ namespace, name, spec: bound })
}

/** The approval that the operator's webhook asks for, in the annotation `berth.dev/contract`. */
export function signContract(
  keys: SigningKeys,
  approved: {
    namespace: string
    name: string
    spec: ModelServe['spec']
    tenantId: string
    maxReplicas: number
  },
): Promise<string> {
  const { namespace, name, spec, tenantId, maxReplicas } = approved
  return keys.sign(
    { tenant: tenantId, digest: specDigest(namespace, name, spec), maxReplicas },
    { audience: 'berth-operator', subject: spec.serverId, expiresInSeconds: contractSeconds },
  )
}
