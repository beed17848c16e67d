/** A number of a GGUF header that says what follows it. */
export interface Field {
  at: number
  bytes: 4 | 8
}

export interface Sound {
  /** The whole header, without padding. */
  bytes: Buffer
  /** Counts, lengths, types, dimensions, extents and offsets. */
  fields: Field[]
  /** Those of them that are lengths of arrays. */
  lengths: Field[]
  /** Where values and the tensors' descriptions begin; the header's end is the last. */
  seams: number[]
}

/** Bytes of the scalar types of a value; 8 is a text, 9 an array (GGUF specification, `gguf_metadata_value_type`). */
const scalarBytes: Record<number, number> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}

/** Texts of one array whose lengths are fields: of a vocabulary's, the first ones are as good as all. */
const mostTexts = 16

/** Walks the header of a file that is known to be sound. */
export function fieldsOf(file: Buffer): Sound {
  const fields: Field[] = [{ at: 4, bytes: 4 }]
  const lengths: Field[] = []
  const seams: number[] = []
  let at = 8
  function number(bytes: 4 | 8, isField = true): number {
    if (isField) fields.push({ at, bytes })
    at += bytes
    return bytes === 4 ? file.readUInt32LE(at - 4) : Number(file.readBigUInt64LE(at - 8))
  }
  function text(isField = true): void {
    const length = number(8, isField)
    at += length
  }
  function value(type: number): void {
    if (type === 8) text()
    else if (type === 9) {
      lengths.push({ at: at + 4, bytes: 8 })
      array(number(4), number(8))
    } else at += scalarBytes[type] ?? 0
  }
  function array(of: number, length: number): void {
    if (of === 8) for (let index = 0; index < length; index += 1) text(index < mostTexts)
    else at += length * (scalarBytes[of] ?? 0)
  }

  const tensors = number(8)
  const values = number(8)
  for (let index = 0; index < values; index += 1) {
    seams.push(at)
    text()
    value(number(4))
  }
  for (let index = 0; index < tensors; index += 1) {
    seams.push(at)
    text()
    const dimensions = number(4)
    for (let dimension = 0; dimension < dimensions; dimension += 1) number(8)
    number(4)
    number(8)
  }
  seams.push(at)
  return { bytes: Buffer.from(file.subarray(0, at)), fields, lengths, seams }
}
