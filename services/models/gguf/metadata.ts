import { GGMLFileQuantizationType, GGMLQuantizationType } from '@huggingface/gguf'
import { type GgufHeader, type GgufValue, readHeader } from './header.ts'
import { GgufError, type ReadRange } from './ranges.ts'

/** What is kept of a GGUF header; null where the file does not say. */
export interface Metadata {
  architecture: string | null
  quantization: string | null
  parameterCount: number | null
  contextLength: number | null
  blockCount: number | null
  embeddingLength: number | null
  headCount: number | null
  headCountKv: number | null
  chatTemplate: string | null
}

/**
 * Reads a GGUF file's header and checks that the file can be a whole model.
 * @param sizeBytes of the whole file; undefined when it is not known, and then not checked.
 * @throws GgufError
 */
export async function inspect(read: ReadRange, sizeBytes: number | undefined): Promise<Metadata> {
  const header = await readHeader(read)
  checkPlausible(header, sizeBytes)
  return metadataOf(header)
}

function checkPlausible({ values, tensors }: GgufHeader, sizeBytes: number | undefined): void {
  const shards = values.get('split.count')
  if (typeof shards === 'number' && shards > 1) {
    throw new GgufError(
      `The file is one of ${shards} shards; merge them (llama-gguf-split --merge) and register that.`,
    )
  }
  if (sizeBytes === undefined) return
  // No quantization has less than a bit for a parameter, so more of them than bits cannot be in the file.
  if (elementsOf(tensors) > sizeBytes * 8)
    throw new GgufError('The GGUF header claims more parameters than fit.')
  if (tensors.some(({ offset }) => offset >= sizeBytes))
    throw new GgufError('The file ends before its tensors do.')
}

const elementsOf = (tensors: GgufHeader['tensors']): number =>
  tensors.reduce((sum, { elements }) => sum + elements, 0)

/** Names what was read (GGUF specification, "Standardized key-value pairs"). */
export function metadataOf({ values, tensors }: GgufHeader): Metadata {
  const architecture = asText(values.get('general.architecture'), 100)
  const ofModel = (key: string) => asCount(values.get(`${architecture}.${key}`))
  const parameters = elementsOf(tensors)
  return {
    architecture,
    quantization: quantizationOf(values.get('general.file_type'), tensors),
    parameterCount: tensors.length > 0 && Number.isFinite(parameters) ? parameters : null,
    contextLength: ofModel('context_length'),
    blockCount: ofModel('block_count'),
    embeddingLength: ofModel('embedding_length'),
    headCount: ofModel('attention.head_count'),
    headCountKv: ofModel('attention.head_count_kv'),
    chatTemplate: asText(values.get('tokenizer.chat_template'), 262_144),
  }
}

/** The file's own word, or else the type that most of its parameters have. */
function quantizationOf(fileType: GgufValue | undefined, tensors: GgufHeader['tensors']): string | null {
  if (typeof fileType === 'number' && GGMLFileQuantizationType[fileType])
    return GGMLFileQuantizationType[fileType]
  const elementsByType = new Map<number, number>()
  for (const { type, elements } of tensors) {
    elementsByType.set(type, (elementsByType.get(type) ?? 0) + elements)
  }
  const [dominating] = [...elementsByType].sort((one, other) => other[1] - one[1])
  return dominating ? (GGMLQuantizationType[dominating[0]] ?? null) : null
}

/** Some architectures give a number for each layer; the largest is what memory must be planned for. */
function asCount(value: GgufValue | undefined): number | null {
  const number = typeof value === 'object' ? value.largest : value
  const fits = typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < 2 ** 31
  return fits ? number : null
}

const asText = (value: GgufValue | undefined, mostLength: number): string | null =>
  typeof value === 'string' && value.length <= mostLength && !value.includes('\0') ? value : null
