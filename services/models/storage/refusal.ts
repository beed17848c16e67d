import { describeBytes } from '@berth/platform/quantity'

/** What an owner of models keeps in the object store, and how much it may; in bytes. */
export interface Storage {
  /** Two versions with one digest count once. */
  usedBytes: number
  /** Being retrieved or uploaded now. */
  reservedBytes: number
  limitBytes: number
  fileLimitBytes: number
}

/** A file that an owner would keep. */
export interface Wanted {
  /** As people call it: `storyteller:v1`. */
  name: string
  /** Null while its source has not said. */
  sizeBytes: number | null
  /** It would lie in the shared catalogue's pool. */
  shared: boolean
}

/** Why a file may not be kept besides what there is; undefined when it may. */
export function refusal(storage: Storage, { name, sizeBytes, shared }: Wanted): string | undefined {
  const { usedBytes, reservedBytes, limitBytes, fileLimitBytes } = storage
  if (sizeBytes !== null && sizeBytes > fileLimitBytes) {
    return `${name} has ${describeBytes(sizeBytes)}; a file can have ${describeBytes(fileLimitBytes)} at most. Choose a smaller quantisation, or ask for a higher limit.`
  }
  const taken = usedBytes + reservedBytes
  // Of a file whose size nobody knows, no more than one byte is sure.
  if (taken + (sizeBytes ?? 1) <= limitBytes) return undefined
  const size = sizeBytes === null ? '' : ` of ${describeBytes(sizeBytes)}`
  const where = shared ? 'the shared catalogue' : 'this tenant'
  const coming = reservedBytes > 0 ? `, ${describeBytes(reservedBytes)} are on their way` : ''
  return `There is no room for ${name}${size}: ${where} stores ${describeBytes(usedBytes)}${coming}, and the limit is ${describeBytes(limitBytes)}. Delete versions that are no longer needed, or ask for a higher limit.`
}
