import type { Sound } from './fields.ts'
import type { Random } from './random.ts'

/** The bounds that the reader sets, so that mutations also stay just within them. */
const bounds = [64, 1_024, 4_096, 10_000, 100_000, 2 ** 20, 4_000_000, 96 * 2 ** 20].map(BigInt)

/** Numbers at which readers go wrong: around the widths of integers, signs, and what a double counts exactly. */
const widths = [7, 8, 15, 16, 31, 32, 40, 48, 53, 62, 63, 64].map((bits) => 2n ** BigInt(bits))

const edges = [...bounds, ...widths].flatMap((edge) => [edge - 1n, edge, edge + 1n])

type Mutation = (bytes: Buffer, from: Sound, random: Random, others: readonly Sound[]) => Buffer

/** Writes the lowest bytes of a number into a field; does nothing where a mutation before it has cut the field off. */
function put(bytes: Buffer, at: number, width: 4 | 8, value: bigint): Buffer {
  if (at + width > bytes.length) return bytes
  if (width === 4) bytes.writeUInt32LE(Number(BigInt.asUintN(32, value)), at)
  else bytes.writeBigUInt64LE(BigInt.asUintN(64, value), at)
  return bytes
}

const toEdge: Mutation = (bytes, { fields }, random) => {
  const { at, bytes: width } = random.of(fields)
  return put(bytes, at, width, random.of(edges))
}

/** An array as long as it may be: the longest walk that a reader can be sent on. */
const lengthen: Mutation = (bytes, { lengths }, random) => {
  if (lengths.length === 0) return bytes
  const { at, bytes: width } = random.of(lengths)
  return put(bytes, at, width, 4_000_000n)
}

const toSmall: Mutation = (bytes, { fields }, random) => {
  const { at, bytes: width } = random.of(fields)
  return put(bytes, at, width, BigInt(random.below(20)))
}

const near: Mutation = (bytes, { fields }, random) => {
  const { at, bytes: width } = random.of(fields)
  if (at + width > bytes.length) return bytes
  const old = width === 4 ? BigInt(bytes.readUInt32LE(at)) : bytes.readBigUInt64LE(at)
  return put(bytes, at, width, random.of([old + 1n, old - 1n, old * 2n, old << 8n, old / 2n, ~old]))
}

/** As a machine of the other endianness writes it. */
const swap: Mutation = (bytes, { fields }, random) => {
  const { at, bytes: width } = random.of(fields)
  bytes.subarray(at, at + width).reverse()
  return bytes
}

const flip: Mutation = (bytes, _from, random) => {
  if (bytes.length === 0) return bytes
  const at = random.below(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
  return bytes
}

const scatter: Mutation = (bytes, _from, random) => {
  if (bytes.length === 0) return bytes
  for (let left = 1 + random.below(16); left > 0; left -= 1) {
    bytes[random.below(bytes.length)] = random.below(256)
  }
  return bytes
}

const truncate: Mutation = (bytes, { seams }, random) =>
  bytes.subarray(0, random.of([random.below(bytes.length + 1), random.of(seams), random.below(64)]))

/** One or several whole values or tensors, which then come once more, or not at all. */
function slice({ seams }: Sound, random: Random): [from: number, to: number] {
  const first = random.below(seams.length - 1)
  const last = Math.min(seams.length - 1, first + 1 + random.below(4))
  return [seams[first] ?? 0, seams[last] ?? 0]
}

const repeat: Mutation = (bytes, from, random) => {
  const [start, end] = slice(from, random)
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
}

const drop: Mutation = (bytes, from, random) => {
  const [start, end] = slice(from, random)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

/** A piece of another header, at a seam or anywhere, in place of as many bytes or between them. */
const splice: Mutation = (bytes, from, random, others) => {
  const other = random.of(others)
  const [start, end] = slice(other, random)
  const at = random.of([random.of(from.seams), random.below(bytes.length + 1)])
  const piece = other.bytes.subarray(start, end)
  const rest = random.of([at, at + piece.length])
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(rest)])
}

/** Numbers of the header come more often than its other bytes: most of those are a vocabulary, which nobody looks at. */
const mutations: readonly Mutation[] = [
  ...[toEdge, toEdge, toEdge, toSmall, toSmall, near, near, swap, lengthen],
  ...[flip, scatter, truncate, repeat, drop, splice, splice],
]

/** A sound header with one to four mutations. */
export function mutate(headers: readonly Sound[], random: Random): Buffer {
  const from = random.of(headers)
  let bytes = Buffer.from(from.bytes)
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    bytes = Buffer.from(random.of(mutations)(bytes, from, random, headers))
  }
  return bytes
}
