/** A byte-level BPE vocabulary, as `tokenizer.ggml.*` holds it. */
export interface Vocabulary {
  tokens: string[]
  /** 1 is a normal token, 3 a control token. */
  types: number[]
  /** Pairs, the first to merge first. */
  merges: string[]
}

export const controls = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const

const letters = [...'etaoinshrdlucmfwypvbgkjqxz']
/** How GPT-2's byte-level BPE writes a blank. */
const blank = 'Ġ'

/**
 * Control tokens, every byte, then words of two, three and four letters, with and without a blank before them, until the
 * vocabulary is full: enough for prompts and answers to be made of words as a trained tokenizer's are.
 */
export function inventVocabulary(size: number): Vocabulary {
  const tokens: string[] = [...controls, ...bytes()]
  const merges: string[] = []
  const types = tokens.map((_, index) => (index < controls.length ? 3 : 1))
  const add = (left: string, right: string) => {
    if (tokens.length >= size) return
    tokens.push(left + right)
    types.push(1)
    merges.push(`${left} ${right}`)
  }
  const each = (lefts: readonly string[], rights: readonly string[]) => {
    for (const left of lefts) for (const right of rights) add(left, right)
  }
  const starts = letters.map((letter) => blank + letter)
  const pairs = letters.flatMap((left) => letters.map((right) => left + right))
  each([blank, ...letters], letters)
  each(starts, pairs)
  each(pairs, letters)
  each(pairs, pairs)
  return { tokens, types, merges }
}

/** GPT-2's printable stand-in for each of the 256 bytes. */
function bytes(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let others = 0
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(printable(byte) ? byte : 256 + others++),
  )
}
