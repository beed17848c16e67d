import { createHash } from 'node:crypto'

/** The MD5 of each part of an object, taken while it is read. */
export interface PartSums {
  update(chunk: Uint8Array): void
  /** Of the parts so far, the last of which may be smaller, as hexadecimal digits. */
  digests(): string[]
}

export function createPartSums(partBytes: number): PartSums {
  const whole: string[] = []
  let hash = createHash('md5')
  let filled = 0
  return {
    update(chunk) {
      for (let rest = chunk; rest.length > 0; ) {
        const taken = rest.subarray(0, partBytes - filled)
        hash.update(taken)
        filled += taken.length
        rest = rest.subarray(taken.length)
        if (filled < partBytes) return
        whole.push(hash.digest('hex'))
        hash = createHash('md5')
        filled = 0
      }
    },
    digests: () => (filled > 0 ? [...whole, hash.copy().digest('hex')] : [...whole]),
  }
}

/**
 * Whether parts of an attempt before are what was sent. A store may take a part whose sender died for a whole one, filled up
 * with zeros: its ETag is then the MD5 of what came, and not of what is read.
 * @param etags of those parts, as the store listed them
 * @param sums MD5 of the object's parts as they are read back, from its first on
 * @param othersDiffer parts of this attempt came whole, and their ETag is no MD5 either: so it is with stores that encrypt
 */
export function arePartsWhole(
  etags: readonly string[],
  sums: readonly string[],
  othersDiffer: boolean,
): boolean {
  const matching = etags.filter((etag, index) => etag === sums[index]).length
  return matching === etags.length || (matching === 0 && othersDiffer)
}

/**
 * The ETag that S3 gives an object of these parts: the MD5 of their MD5s, and how many they are. Stores that encrypt give others.
 * @param sums hexadecimal digits
 */
export function multipartETag(sums: readonly string[]): string {
  const digest = createHash('md5')
    .update(Buffer.from(sums.join(''), 'hex'))
    .digest('hex')
  return `${digest}-${sums.length}`
}
