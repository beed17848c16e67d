import { GGMLFileQuantizationType, GGMLQuantizationType } from '@huggingface/gguf'
import { type GgufHeader, type GgufValue, readHeader } from './header.ts'
import { GgufError, type ReadRange } from './ranges.ts'
import { checkLayout } from './tensors.ts'

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
  /** Numbers of one head's key and value for a token; null where each head has its share of the embedding. */
  keyLength: number | null
  valueLength: number | null
  chatTemplate: string | null
  /** The tokenizer's kind, such as gpt2 or llama. */
  tokenizer: string | null
  vocabularySize: number | null
  license: string | null
  tensorCount: number
}

/** The texts that are kept, and how long each may be. */
const texts = {
  'general.architecture': 100,
  'general.license': 200,
  'tokenizer.ggml.model': 100,
  'tokenizer.chat_template': 262_144,
}
type TextKey = keyof typeof texts

/**
 * Reads a GGUF file's header and checks that the file can be a whole model.
 * @param sizeBytes of the whole file; undefined when it is not known, and then not checked.
 * @throws GgufError
 */
export async function inspect(read: ReadRange, sizeBytes: number | undefined): Promise<Metadata> {
  const header = await readHeader(read, new Set(Object.keys(texts)))
  checkWhole(header)
  const alignment = alignmentOf(header)
  const dataStart = Math.ceil(header.sizeBytes / alignment) * alignment
  checkLayout(header.tensors, { dataStart, alignment, sizeBytes })
  return metadataOf(header)
}

/**
 * A shard is refused: a version of a model is one file with one digest, and that is what a pod fetches and what a contract
 * binds. llama.cpp would find the other shards beside the first by their names, which objects named by their digest have not.
 */
function checkWhole({ values, tensors }: GgufHeader): void {
  const shards = values.get('split.count')
  if (typeof shards === 'number' && shards > 1) {
    const number = values.get('split.no')
    const which = typeof number === 'number' ? `shard ${number + 1} of ${shards}` : `one of ${shards} shards`
    throw new GgufError(
      `The file is ${which}, and each holds a part of the model only; merge them (llama-gguf-split --merge) and register the whole.`,
    )
  }
  if (tensors.length === 0) {
    throw new GgufError('The file has no tensors: it is a vocabulary or a description, and no model.')
  }
}

/** Where tensors may begin, in bytes: 32 if the file does not say (`GGUF_DEFAULT_ALIGNMENT`). */
function alignmentOf({ values }: GgufHeader): number {
  const alignment = values.get('general.alignment') ?? 32
  const isPower = typeof alignment === 'number' && alignment >= 1 && Number.isInteger(Math.log2(alignment))
  if (isPower && alignment <= 2 ** 20) return alignment
  throw new GgufError('The GGUF header claims an alignment that is no power of two up to 1 MiB.')
}

/** Names what was read (GGUF specification, "Standardized key-value pairs"). */
function metadataOf({ values, tensors }: GgufHeader): Metadata {
  const architecture = asText(values, 'general.architecture')
  const ofModel = (key: string) => asCount(values.get(`${architecture}.${key}`))
  const tokens = values.get('tokenizer.ggml.tokens')
  return {
    architecture,
    quantization: quantizationOf(values.get('general.file_type'), tensors),
    parameterCount: tensors.reduce((sum, { elements }) => sum + elements, 0),
    contextLength: ofModel('context_length'),
    blockCount: ofModel('block_count'),
    embeddingLength: ofModel('embedding_length'),
    headCount: ofModel('attention.head_count'),
    headCountKv: ofModel('attention.head_count_kv'),
    keyLength: ofModel('attention.key_length'),
    valueLength: ofModel('attention.value_length'),
    chatTemplate: asText(values, 'tokenizer.chat_template'),
    tokenizer: asText(values, 'tokenizer.ggml.model'),
    vocabularySize: typeof tokens === 'object' ? tokens.length : ofModel('vocab_size'),
    license: asText(values, 'general.license'),
    tensorCount: tensors.length,
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

function asText(values: GgufHeader['values'], key: TextKey): string | null {
  const value = values.get(key)
  return typeof value === 'string' && value.length <= texts[key] && !value.includes('\0') ? value : null
}
