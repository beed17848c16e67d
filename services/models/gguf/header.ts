import { GgufError, RangeCursor, type ReadRange } from './ranges.ts'

/** What Berth reads of a value: scalars as they are, of an array its length and its largest number. */
export type GgufValue = string | number | boolean | { length: number; largest: number | undefined }

export interface GgufTensor {
  elements: number
  /** The number of its type (ggml.h, `ggml_type`). */
  type: number
  /** Bytes from where the tensors' data begins. */
  offset: number
}

export interface GgufHeader {
  version: number
  values: ReadonlyMap<string, GgufValue>
  tensors: readonly GgufTensor[]
}

const most = {
  values: 10_000,
  tensors: 100_000,
  keyBytes: 4_096,
  textBytes: 2 ** 20,
  elements: 4_000_000,
  nesting: 3,
}
const mostDimensions = 4
const mostExtent = 2 ** 40

/** The numbers of value types (GGUF specification, `gguf_metadata_value_type`). */
const text = 8
const array = 9
const scalars: Record<number, { bytes: number; read(bytes: Buffer): number | boolean }> = {
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
 * @throws GgufError for everything that is no such header; the reader's own errors pass through.
 */
export async function readHeader(read: ReadRange): Promise<GgufHeader> {
  const cursor = new RangeCursor(read)
  const magic = await cursor.take(4)
  if (magic.toString('latin1') !== 'GGUF')
    throw new GgufError('The file is not GGUF: it does not begin with GGUF.')
  const version = await cursor.u32()
  if (version !== 2 && version !== 3) {
    throw new GgufError(`GGUF version ${version} is not supported; versions 2 and 3 (little-endian) are.`)
  }
  const tensorCount = await cursor.count(most.tensors, 'a number of tensors')
  const valueCount = await cursor.count(most.values, 'a number of values')
  const values = new Map<string, GgufValue>()
  for (let index = 0; index < valueCount; index++) {
    const key = await readText(cursor, most.keyBytes)
    const type = await cursor.u32()
    const value = await readValue(cursor, type)
    if (value !== undefined) values.set(key, value)
  }
  const tensors: GgufTensor[] = []
  for (let index = 0; index < tensorCount; index++) tensors.push(await readTensor(cursor))
  return { version, values, tensors }
}

async function readText(cursor: RangeCursor, mostBytes: number): Promise<string> {
  const length = await cursor.count(mostBytes, 'a name')
  return (await cursor.take(length)).toString('utf8')
}

/** A value, or undefined for a text that is longer than any that Berth needs. */
async function readValue(cursor: RangeCursor, type: number): Promise<GgufValue | undefined> {
  if (type === array) return readArray(cursor, 1)
  if (type === text) {
    const length = await cursor.count(Number.MAX_SAFE_INTEGER, 'a text')
    if (length <= most.textBytes) return (await cursor.take(length)).toString('utf8')
    cursor.skip(length)
    return undefined
  }
  const scalar = scalars[type]
  if (!scalar) throw new GgufError(`The GGUF header holds a value of the unknown type ${type}.`)
  return scalar.read(await cursor.take(scalar.bytes))
}

async function readArray(
  cursor: RangeCursor,
  depth: number,
): Promise<{ length: number; largest: number | undefined }> {
  const type = await cursor.u32()
  const length = await cursor.count(most.elements, 'an array')
  if (depth > most.nesting) throw new GgufError('The GGUF header nests arrays too deeply.')
  const scalar = scalars[type]
  if (scalar) return { length, largest: await readNumbers(cursor, length, scalar) }
  if (type !== text && type !== array)
    throw new GgufError(`The GGUF header holds an array of the unknown type ${type}.`)
  for (let index = 0; index < length; index++) {
    if (type === array) await readArray(cursor, depth + 1)
    else cursor.skip(await cursor.count(Number.MAX_SAFE_INTEGER, 'a text'))
  }
  return { length, largest: undefined }
}

/** Per-layer numbers are few; the long arrays are a vocabulary's scores, which nobody asks for. */
async function readNumbers(
  cursor: RangeCursor,
  length: number,
  scalar: { bytes: number; read(bytes: Buffer): number | boolean },
): Promise<number | undefined> {
  if (length === 0 || length > 4_096) {
    cursor.skip(length * scalar.bytes)
    return undefined
  }
  const bytes = await cursor.take(length * scalar.bytes)
  let largest = Number.NEGATIVE_INFINITY
  for (let at = 0; at < bytes.length; at += scalar.bytes) {
    largest = Math.max(largest, Number(scalar.read(bytes.subarray(at))))
  }
  return largest
}

async function readTensor(cursor: RangeCursor): Promise<GgufTensor> {
  await readText(cursor, most.keyBytes)
  const dimensions = await cursor.u32()
  if (dimensions > mostDimensions)
    throw new GgufError(`The GGUF header claims a tensor of ${dimensions} dimensions.`)
  let elements = 1
  for (let index = 0; index < dimensions; index++) elements *= await cursor.count(mostExtent, 'a tensor')
  const type = await cursor.u32()
  const offset = await cursor.count(Number.MAX_SAFE_INTEGER, 'an offset')
  return { elements, type, offset }
}
