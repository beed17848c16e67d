/** How the file names of models end: the quantisation, as GGUF names it. */
const quantization = /[-._]((?:i?q\d\w*|[bt]?f16|f32|mxfp4\w*))$/

const mostLetters = 63

/** What is left of a text as the name of a model or of a version: lower-case letters, digits, dots and hyphens. */
function asLabel(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, mostLetters)
    .replace(/[-.]+$/, '')
}

/** What a file is probably called: `Qwen2-0.5B-Instruct-Q4_K_M.gguf` holds `qwen2-0.5b-instruct` under the tag `q4-k-m`. */
export function nameOfFile(fileName: string): { name: string; tag: string } {
  const stem = fileName.toLowerCase().replace(/\.gguf$/, '')
  const found = quantization.exec(stem)
  const name = asLabel(found ? stem.slice(0, found.index) : stem)
  const tag = asLabel(found?.[1] ?? '') || 'latest'
  return { name, tag }
}
