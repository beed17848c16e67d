/** A token of the model's vocabulary. */
export type Token = number

/** Turns tokens into text as they come. */
export interface Decoder {
  /** The text that is complete with this token; empty while a character is not. */
  push(token: Token): string
  /** What is left at the end; half a character is dropped. */
  end(): string
}

/** Tokens that the detokenizer sees before the ones to turn into text: some write blanks only between words. */
const lookBehind = 4

/** A character has at most four bytes, each at worst a token of its own. Whatever is longer is broken itself. */
const longestCharacter = 4

const replacement = '\uFFFD'

/**
 * Holds back tokens whose bytes end within a character: the detokenizer marks those with a replacement character at the
 * end. A replacement character that the model really wrote comes through with the token after it.
 */
export function createDecoder(detokenize: (tokens: Token[], before: Token[]) => string): Decoder {
  let before: Token[] = []
  let pending: Token[] = []

  function take(text: string): string {
    before = [...before, ...pending].slice(-lookBehind)
    pending = []
    return text
  }

  return {
    push(token) {
      pending.push(token)
      const text = detokenize(pending, before)
      const incomplete = text.endsWith(replacement) && pending.length < longestCharacter
      return incomplete ? '' : take(text)
    },
    end() {
      if (pending.length === 0) return ''
      return take(detokenize(pending, before).replace(/\uFFFD+$/, ''))
    },
  }
}
