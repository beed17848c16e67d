import type { Token } from './decoder.ts'
import type { Sampling, Vocabulary } from './engine.ts'

/** Looks for a text in an answer that is being made. */
export interface Trigger {
  /** @returns once, when the text has come: the tokens of what the last token has after it, mostly none */
  push(token: Token): Token[] | undefined
}

export function createTrigger(
  { text, atStart }: NonNullable<Sampling['trigger']>,
  { piece, tokenize }: Pick<Vocabulary, 'piece' | 'tokenize'>,
): Trigger {
  let seen = ''
  let isOver = false

  return {
    push(token) {
      if (isOver) return undefined
      seen += piece(token)
      const at = seen.indexOf(text)
      if (at >= 0) {
        isOver = true
        if (atStart && seen.slice(0, at).trim() !== '') return undefined
        const rest = seen.slice(at + text.length)
        return rest === '' ? [] : within(rest)
      }
      const start = seen.trimStart()
      if (atStart && !text.startsWith(start.slice(0, text.length))) isOver = true
      if (!atStart) seen = seen.slice(-text.length)
      return undefined
    },
  }

  /** The tokens of a text as they are after others: some vocabularies write a blank before a text's first word. */
  function within(rest: string): Token[] {
    const before = tokenize('.', false)
    return tokenize(`.${rest}`, false).slice(before.length)
  }
}
