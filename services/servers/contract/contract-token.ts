import { digest } from '@berth/platform/digest'
import type { SigningKeys } from '@berth/platform/signing'
import type { ModelServe } from '@berth/schema/generated/modelserve.ts'
import { contractTerms } from '@berth/schema/modelserve.ts'

/** How long a resource may be created or changed with the token; scaling within it holds for longer. */
const contractSeconds = 3_600

/** The approval that the operator's webhook asks for, bound to the spec without the number of replicas. */
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
    { tenant: tenantId, digest: digest(contractTerms({ namespace, name }, spec)), maxReplicas },
    { audience: 'berth-operator', subject: spec.serverId, expiresInSeconds: contractSeconds },
  )
}
