import type { StoredPart } from '../store/multipart.ts'
import type { UploadRow } from './rows.ts'

/** Of one upload (S3 API reference, "Multipart upload limits"). */
export const mostParts = 10_000
const mebibyte = 2 ** 20
const usualBytes = 16 * mebibyte

/** 16 MiB, or as many whole MiB as 10,000 parts need. S3 takes nothing smaller than 5 MiB but the last part. */
export const partBytesFor = (sizeBytes: number): number =>
  Math.max(usualBytes, Math.ceil(sizeBytes / mostParts / mebibyte) * mebibyte)

type Cut = Pick<UploadRow, 'sizeBytes' | 'partBytes'>

export const partCountOf = ({ sizeBytes, partBytes }: Cut): number => Math.ceil(sizeBytes / partBytes)

/** How many bytes a part has, by its number from 1. */
export const sizeOfPart = ({ sizeBytes, partBytes }: Cut, number: number): number =>
  Math.min(partBytes, sizeBytes - (number - 1) * partBytes)

/** The parts that make up the file, of those that the store has; one of another size is none of them. */
export const wholeParts = (cut: Cut, stored: readonly StoredPart[]): StoredPart[] =>
  stored.filter(
    ({ number, sizeBytes }) => number <= partCountOf(cut) && sizeBytes === sizeOfPart(cut, number),
  )

/** The numbers of the parts that are not among these. */
export function missingParts(cut: Cut, present: readonly { number: number }[]): number[] {
  const numbers = new Set(present.map(({ number }) => number))
  return allParts(cut).filter((number) => !numbers.has(number))
}

export const allParts = (cut: Cut): number[] =>
  Array.from({ length: partCountOf(cut) }, (_, index) => index + 1)
