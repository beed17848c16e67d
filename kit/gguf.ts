/** GGUF version 3, little-endian: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
export const alignment = 32

/** Number types that a header of ours holds. */
export type Value =
  | { type: 'uint32'; value: number }
  | { type: 'int32'; value: number[] }
  | { type: 'float32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string | string[] }

const typeIds = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8 } as const
const arrayTypeId = 9

export interface Tensor {
  name: string
  /** The fastest-moving dimension first. */
  dimensions: number[]
  type: 'F32' | 'Q8_0'
}

const tensorTypes = {
  F32: { id: 0, blockValues: 1, blockBytes: 4 },
  Q8_0: { id: 8, blockValues: 32, blockBytes: 34 },
}

export function bytesOf({ dimensions, type }: Tensor): number {
  const values = dimensions.reduce((product, dimension) => product * dimension, 1)
  const { blockValues, blockBytes } = tensorTypes[type]
  return (values / blockValues) * blockBytes
}

export const padded = (bytes: number) => Math.ceil(bytes / alignment) * alignment

/** Everything before the tensors' data, padded to where that begins. */
export function encodeHeader(metadata: Record<string, Value>, tensors: readonly Tensor[]): Buffer {
  const entries = Object.entries(metadata)
  const parts = [
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(entries.length),
    ...entries.flatMap(([key, value]) => [encodeString(key), ...encodeValue(value)]),
  ]
  let offset = 0
  for (const tensor of tensors) {
    const { name, dimensions, type } = tensor
    parts.push(encodeString(name), uint32(dimensions.length), ...dimensions.map(uint64))
    parts.push(uint32(tensorTypes[type].id), uint64(offset))
    offset += padded(bytesOf(tensor))
  }
  const header = Buffer.concat(parts)
  return Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length)])
}

function encodeValue(value: Value): Buffer[] {
  const id = uint32(typeIds[value.type])
  if (value.type === 'string') {
    if (!Array.isArray(value.value)) return [id, encodeString(value.value)]
    return [uint32(arrayTypeId), id, uint64(value.value.length), ...value.value.map(encodeString)]
  }
  if (value.type === 'int32') {
    return [
      uint32(arrayTypeId),
      id,
      uint64(value.value.length),
      Buffer.from(Int32Array.from(value.value).buffer),
    ]
  }
  if (value.type === 'float32') return [id, Buffer.from(Float32Array.of(value.value).buffer)]
  if (value.type === 'bool') return [id, Buffer.of(value.value ? 1 : 0)]
  return [id, uint32(value.value)]
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function uint64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt(value))
  return buffer
}

/** A text as GGUF writes it: its length, then its bytes. */
export function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([uint64(bytes.length), bytes])
}
