import { describeBytes } from '@berth/platform/quantity'
import type { ModelFacts } from '../models/facts.ts'
import type { Reason } from './quota.ts'

/**
 * Why a model that is not in the object store may not come there. The models service has the last word when the retrieval
 * begins; here it is said beforehand, where the file's size is known.
 */
export function storageReasons({ modelName, status, sizeBytes, storage }: ModelFacts): Reason[] {
  const isComing = status === 'RETRIEVING' || status === 'READY'
  if (isComing || storage === null || sizeBytes === null) return []
  const { usedBytes, reservedBytes, limitBytes, fileLimitBytes } = storage
  const size = describeBytes(sizeBytes)
  const refused = (message: string): Reason[] => [{ code: 'QUOTA_STORAGE', message }]
  if (sizeBytes > fileLimitBytes) {
    return refused(
      `${modelName} has ${size}, and a file of this tenant can have ${describeBytes(fileLimitBytes)} at most. Take a smaller quantisation, or ask for a higher limit.`,
    )
  }
  if (usedBytes + reservedBytes + sizeBytes <= limitBytes) return []
  return refused(
    `There is no room to retrieve ${modelName} of ${size}: ${describeBytes(usedBytes)} of models are stored, ${describeBytes(reservedBytes)} are on their way, and the limit is ${describeBytes(limitBytes)}. Delete versions that are no longer needed, or ask for a higher limit.`,
  )
}
