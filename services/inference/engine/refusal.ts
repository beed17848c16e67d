import { ConfigurationError } from '@berth/platform/config'

/** Where llama.cpp's messages come from, which says nothing to anybody else. */
const origin = /^((llama|gguf)_\w+|error loading model( \w+)?|error loading model hyperparameters): /

const outOfMemory = /(unable|failed) to allocate|insufficient memory|bad_alloc/i

/** Numbers of tensor types that llama.cpp once had (ggml.h, `ggml_type`). */
const removed = new Set([4, 5, 31, 32, 33, 36, 37, 38])

/** A tensor in a quantisation that llama.cpp does not have, in words; undefined when there is none. */
export async function strangeTensor(path: string): Promise<string | undefined> {
  const { GgmlType, readGgufFileInfo } = await import('node-llama-cpp')
  const { tensorInfo = [] } = await readGgufFileInfo(path, { sourceType: 'filesystem', logWarnings: false })
  const strange = tensorInfo.find(({ ggmlType }) => !(ggmlType in GgmlType) || removed.has(ggmlType))
  if (!strange) return undefined
  const { name, ggmlType } = strange
  return `its tensor ${name} has the quantisation type ${GgmlType[ggmlType] ?? ggmlType}`
}

/**
 * Why llama.cpp does not take a model, as people are told.
 * @param said its own errors meanwhile
 */
export function refusalOf(
  name: string,
  path: string,
  error: unknown,
  said: readonly string[],
): ConfigurationError {
  const own = error instanceof Error ? error.message : String(error)
  const reasons = new Set(said.map(plain).filter((reason) => !/^failed to load model/.test(reason)))
  const why = (reasons.size > 0 ? [...reasons].slice(0, 3) : [plain(own)])
    .join('; ')
    .replaceAll(path, 'the file')
  const next = outOfMemory.test(why)
    ? 'Deploy it where there is more memory, or with a smaller contextSize or parallel.'
    : 'The file is damaged, or of a kind that this version of llama.cpp does not know; register another one and deploy that.'
  return new ConfigurationError(`The model ${name} cannot be loaded: ${why}. ${next}`, { cause: error })
}

function plain(message: string): string {
  const rest = message.replace(origin, '')
  return rest === message ? rest.replace(/\.$/, '') : plain(rest)
}
