import { GrammarError, mostRepetitions } from './gbnf.ts'
import type { Place } from './keywords.ts'

/** A bound above what llama.cpp counts to is met by going no further than that. @throws GrammarError */
export function within(
  least = 0,
  most: number | undefined,
  path: Place['path'],
  what: 'Items' | 'Length',
): { least: number; most: number | undefined } {
  if (most !== undefined && most < least)
    throw new GrammarError([...path, `max${what}`], `is less than min${what}`)
  if (least > mostRepetitions) {
    throw new GrammarError(
      [...path, `min${what}`],
      `is more than ${mostRepetitions}, which is as far as it can be kept to`,
    )
  }
  return { least, most: most === undefined ? undefined : Math.min(most, mostRepetitions) }
}
