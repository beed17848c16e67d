import { GgufError, type RangeCursor } from './ranges.ts'

export interface GgufTensor {
  elements: number
  /** The number of its type (ggml.h, `ggml_type`). */
  type: number
  /** Bytes from where the tensors' data begins. */
  offset: number
  /** Of its data; undefined for a type that is not known here. */
  sizeBytes: number | undefined
}

export const mostTensors = 100_000
const most = { nameBytes: 64, dimensions: 4, extent: 2 ** 40 }

/**
 * How each type packs its numbers: elements of a block, then its bytes (ggml-common.h, and `GGML_QUANT_SIZES` of llama.cpp's
 * gguf-py). A type that is missing here is newer, or one that llama.cpp no longer has; the pod tells of those.
 */
const blocks: Record<number, readonly [elements: number, bytes: number]> = {
  0: [1, 4], // F32
  1: [1, 2], // F16
  2: [32, 18], // Q4_0
  3: [32, 20], // Q4_1
  6: [32, 22], // Q5_0
  7: [32, 24], // Q5_1
  8: [32, 34], // Q8_0
  9: [32, 36], // Q8_1
  10: [256, 84], // Q2_K
  11: [256, 110], // Q3_K
  12: [256, 144], // Q4_K
  13: [256, 176], // Q5_K
  14: [256, 210], // Q6_K
  15: [256, 292], // Q8_K
  16: [256, 66], // IQ2_XXS
  17: [256, 74], // IQ2_XS
  18: [256, 98], // IQ3_XXS
  19: [256, 50], // IQ1_S
  20: [32, 18], // IQ4_NL
  21: [256, 110], // IQ3_S
  22: [256, 82], // IQ2_S
  23: [256, 136], // IQ4_XS
  24: [1, 1], // I8
  25: [1, 2], // I16
  26: [1, 4], // I32
  27: [1, 8], // I64
  28: [1, 8], // F64
  29: [256, 56], // IQ1_M
  30: [1, 2], // BF16
  34: [256, 54], // TQ1_0
  35: [256, 66], // TQ2_0
  39: [32, 17], // MXFP4
  40: [64, 36], // NVFP4
  41: [128, 18], // Q1_0
  42: [64, 18], // Q2_0
}

/** Reads the table of tensors. @throws GgufError */
export async function readTensors(cursor: RangeCursor, count: number): Promise<GgufTensor[]> {
  const tensors: GgufTensor[] = []
  const names = new Set<string>()
  for (let index = 0; index < count; index++) {
    const length = await cursor.count(most.nameBytes, "bytes of a tensor's name")
    const name = (await cursor.take(length)).toString('latin1')
    if (names.has(name)) {
      throw new GgufError(`The GGUF header has two tensors of one name (tensor ${index + 1} of ${count}).`)
    }
    names.add(name)
    tensors.push(await readTensor(cursor, index + 1))
  }
  return tensors
}

async function readTensor(cursor: RangeCursor, number: number): Promise<GgufTensor> {
  const dimensions = await cursor.u32()
  if (dimensions > most.dimensions) {
    throw new GgufError(`The GGUF header claims a tensor of ${dimensions} dimensions (tensor ${number}).`)
  }
  let elements = 1
  let row = 1
  for (let index = 0; index < dimensions; index++) {
    const extent = await cursor.count(most.extent, 'elements in one dimension of a tensor')
    if (index === 0) row = extent
    elements *= extent
  }
  const type = await cursor.u32()
  const offset = await cursor.count(Number.MAX_SAFE_INTEGER, "bytes before a tensor's data")
  const block = blocks[type]
  if (block && row % block[0] !== 0) {
    throw new GgufError(`The GGUF header claims a tensor whose rows are no whole blocks (tensor ${number}).`)
  }
  return { elements, type, offset, sizeBytes: block && (elements / block[0]) * block[1] }
}

/**
 * Checks that the tensors' data lies in the file, each for itself.
 * @param dataStart where the data begins in the file
 * @param sizeBytes of the whole file; undefined when it is not known
 * @throws GgufError
 */
export function checkLayout(
  tensors: readonly GgufTensor[],
  {
    dataStart,
    alignment,
    sizeBytes,
  }: { dataStart: number; alignment: number; sizeBytes: number | undefined },
): void {
  const end = (sizeBytes ?? Number.MAX_SAFE_INTEGER) - dataStart
  let before = 0
  for (const tensor of tensors.toSorted((one, other) => one.offset - other.offset)) {
    if (tensor.offset % alignment !== 0) {
      throw new GgufError('The GGUF header claims a tensor between the places that its alignment gives.')
    }
    if (tensor.offset < before) throw new GgufError('The GGUF header claims tensors that overlap.')
    // No type has less than a bit for an element, also one that is not known here.
    before = tensor.offset + (tensor.sizeBytes ?? Math.ceil(tensor.elements / 8))
    if (before > end) throw new GgufError('The file ends before its tensors do.')
  }
}
