import { GgufError, RangeCursor, type ReadRange } from './ranges.ts'
import { type GgufTensor, mostTensors, readTensors } from './tensors.ts'

/** What Berth reads of a value: scalars as they are, of an array its length and its largest number. */
export type GgufValue = string | number | boolean | { length: number; largest: number | undefined }

export interface GgufHeader {
  version: number
  values: ReadonlyMap<string, GgufValue>
  tensors: readonly GgufTensor[]
  /** Where the header ends, before the padding. */
  sizeBytes: number
}

const most = {
  values: 10_000,
  keyBytes: 1_024,
  textBytes: 2 ** 20,
  elements: 4_000_000,
}

/** The numbers of value types (GGUF specification, `gguf_metadata_value_type`). */
const text = 8
const array = 9
interface Scalar {
  bytes: number
  read(bytes: Buffer): number | boolean
}
const scalars: Record<number, Scalar> = {
  0: { bytes: 1, read: (bytes) => bytes.readUInt8() },
  1: { bytes: 1, read: (bytes) => bytes.readInt8() },
  2: { bytes: 2, read: (bytes) => bytes.readUInt16LE() },
  3: { bytes: 2, read: (bytes) => bytes.readInt16LE() },
  4: { bytes: 4, read: (bytes) => bytes.readUInt32LE() },
  5: { bytes: 4, read: (bytes) => bytes.readInt32LE() },
  6: { bytes: 4, read: (bytes) => bytes.readFloatLE() },
  7: { bytes: 1, read: (bytes) => bytes.readUInt8() !== 0 },
  10: { bytes: 8, read: (bytes) => Number(bytes.readBigUInt64LE()) },
  11: { bytes: 8, read: (bytes) => Number(bytes.readBigInt64LE()) },
  12: { bytes: 8, read: (bytes) => bytes.readDoubleLE() },
}

/**
 * Reads a GGUF header (versions 2 and 3, little-endian) through ranges, within fixed bounds of memory and time.
 * @param wanted keys of the texts to keep; all others are passed over, so that a header cannot fill the memory with them
 * @throws GgufError for everything that is no such header; the reader's own errors pass through.
 */
export async function readHeader(read: ReadRange, wanted: ReadonlySet<string>): Promise<GgufHeader> {
  const cursor = new RangeCursor(read)
  const version = await readVersion(cursor)
  const tensorCount = await cursor.count(mostTensors, 'tensors')
  const valueCount = await cursor.count(most.values, 'values')
  const values = new Map<string, GgufValue>()
  const keys = new Set<string>()
  for (let index = 0; index < valueCount; index++) {
    const length = await cursor.count(most.keyBytes, 'bytes of a key')
    const key = (await cursor.take(length)).toString('latin1')
    // Readers differ in which of two they believe, so the engine could see another model than was checked here.
    if (keys.has(key)) throw new GgufError(`The GGUF header has a key twice (value ${index + 1}).`)
    keys.add(key)
    const value = await readValue(cursor, await cursor.u32(), wanted.has(key))
    if (value !== undefined) values.set(key, value)
  }
  const tensors = await readTensors(cursor, tensorCount)
  return { version, values, tensors, sizeBytes: cursor.position }
}

async function readVersion(cursor: RangeCursor): Promise<number> {
  const magic = await cursor.take(4)
  if (magic.toString('latin1') !== 'GGUF') {
    throw new GgufError('The file is not GGUF: it does not begin with GGUF.')
  }
  const bytes = await cursor.take(4)
  const version = bytes.readUInt32LE()
  if (version === 2 || version === 3) return version
  const swapped = bytes.readUInt32BE()
  if (swapped >= 1 && swapped <= 0xffff) {
    throw new GgufError(
      'The file is big-endian GGUF, made for another kind of machine; register the little-endian file of this model, or convert it (gguf-convert-endian).',
    )
  }
  if (version === 1) {
    throw new GgufError(
      'The file is GGUF version 1, which llama.cpp no longer reads; convert the model again, or register a newer file of it.',
    )
  }
  throw new GgufError(`GGUF version ${version} is not supported; versions 2 and 3 (little-endian) are.`)
}

/** A value, or undefined for a text that nobody asks for. */
async function readValue(
  cursor: RangeCursor,
  type: number,
  isWanted: boolean,
): Promise<GgufValue | undefined> {
  if (type === array) return readArray(cursor)
  if (type === text) {
    const length = await cursor.count(Number.MAX_SAFE_INTEGER, 'bytes of a text')
    if (isWanted && length <= most.textBytes) return (await cursor.take(length)).toString('utf8')
    cursor.skip(length)
    return undefined
  }
  const scalar = scalars[type]
  if (!scalar) throw new GgufError(`The GGUF header holds a value of the unknown type ${type}.`)
  return scalar.read(await cursor.take(scalar.bytes))
}

async function readArray(cursor: RangeCursor): Promise<{ length: number; largest: number | undefined }> {
  const type = await cursor.u32()
  const length = await cursor.count(most.elements, 'elements of an array')
  const scalar = scalars[type]
  if (scalar) return { length, largest: await readNumbers(cursor, length, scalar) }
  // The specification allows it, and llama.cpp refuses it: a header whose types nest without end is no question then.
  if (type === array)
    throw new GgufError('The GGUF header holds an array of arrays, which llama.cpp does not read.')
  if (type !== text) throw new GgufError(`The GGUF header holds an array of the unknown type ${type}.`)
  await cursor.skipTexts(length)
  return { length, largest: undefined }
}

/** Per-layer numbers are few; the long arrays are a vocabulary's scores, which nobody asks for. */
async function readNumbers(cursor: RangeCursor, length: number, scalar: Scalar): Promise<number | undefined> {
  if (length === 0 || length > 4_096) {
    cursor.skip(length * scalar.bytes)
    return undefined
  }
  const bytes = await cursor.take(length * scalar.bytes)
  let largest = Number.NEGATIVE_INFINITY
  for (let at = 0; at < bytes.length; at += scalar.bytes) {
    largest = Math.max(largest, Number(scalar.read(bytes.subarray(at, at + scalar.bytes))))
  }
  return largest
}
