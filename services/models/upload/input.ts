import type { BeginUploadInput } from '@berth/schema/generated/models.ts'
import {
  checkDescription,
  checkName,
  checkShared,
  checkTag,
  InvalidField,
  isStorable,
} from '../registry/fields.ts'
import type { Viewer } from '../registry/visible.ts'
import { mostParts } from './parts.ts'

/** An upload that is wanted, its fields all by the rules. */
export interface UploadRequest {
  name: string
  tag: string
  description: string | null
  /** Null for the shared catalogue. */
  tenantId: string | null
  fileName: string
  sizeBytes: number
}

const mostNameBytes = 255
const mostSigned = 100

/**
 * What does not belong into a file's name: control characters, what cannot be seen or turns the direction of text, more
 * marks on one letter than any language has (UAX #15, Stream-Safe Text Format), and what separates folders.
 */
const strange =
  /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff/\\]|\p{M}{31}/u

/** @throws InvalidField */
export function checkUpload(input: BeginUploadInput, viewer: Viewer): UploadRequest {
  const name = checkName(input.name)
  const tag = checkTag(input.tag ?? 'latest')
  const description = checkDescription(input.description)
  const tenantId = checkShared(input.shared, viewer) ? null : viewer.tenantId
  const fileName = checkFileName(input.fileName)
  if (input.sizeBytes < 1) throw new InvalidField('sizeBytes', 'The file is empty; choose another one.')
  return { name, tag, description, tenantId, fileName, sizeBytes: input.sizeBytes }
}

/** The name of a file without its folders, composed (NFC), so that it is the same from every system. */
function checkFileName(given: string): string {
  const fileName = given.normalize().trim()
  const length = Buffer.byteLength(fileName)
  if (length === 0 || length > mostNameBytes) {
    throw new InvalidField('fileName', `A file's name has 1 to ${mostNameBytes} bytes; rename the file.`)
  }
  if (!isStorable(fileName) || strange.test(fileName) || fileName === '.' || fileName === '..') {
    throw new InvalidField(
      'fileName',
      "A file's name has no folders, no control characters, and none that cannot be seen or that turn the direction of text; rename the file.",
    )
  }
  return fileName
}

/** The numbers of parts that are to be signed. @throws InvalidField */
export function checkNumbers(numbers: readonly number[], partCount: number): number[] {
  const most = Math.min(partCount, mostParts)
  if (numbers.length === 0 || numbers.length > mostSigned || new Set(numbers).size < numbers.length) {
    throw new InvalidField('numbers', `1 to ${mostSigned} parts are signed at once, each one once.`)
  }
  if (numbers.some((number) => number < 1 || number > most)) {
    throw new InvalidField('numbers', `The file has the parts 1 to ${most}.`)
  }
  return [...numbers]
}

/** A digest that the sender computed; null when there is none. @throws InvalidField */
export function checkDigest(sha256: string | null | undefined): string | null {
  const digest = sha256?.toLowerCase() ?? null
  if (digest === null || /^[0-9a-f]{64}$/.test(digest)) return digest
  throw new InvalidField('sha256', 'A SHA-256 digest has 64 hexadecimal digits.')
}
