import { oneCharacter, plain, single, without } from './characters.ts'
import { either, literal, type Rules } from './gbnf.ts'

/** Texts by their first characters, so that at each character there is one way on. */
interface Trie {
  ends: boolean
  next: Map<string, Trie>
}

function trieOf(texts: Iterable<string>): Trie {
  const root: Trie = { ends: false, next: new Map() }
  for (const text of texts) {
    let at = root
    for (const character of text) {
      const next = at.next.get(character) ?? { ends: false, next: new Map() }
      at.next.set(character, next)
      at = next
    }
    at.ends = true
  }
  return root
}

/** One of several texts. Written as alternatives side by side, each token would be tried against every one of them. */
export function oneOf(texts: readonly string[]): string {
  return expression(trieOf(texts))
}

function expression(trie: Trie): string {
  const alternatives = [...trie.next].map(([character, next]) => {
    let text = character
    let at = next
    // What has one way on is one text.
    while (!at.ends && at.next.size === 1) {
      const [only] = at.next
      if (!only) break
      text += only[0]
      at = only[1]
    }
    return at.next.size === 0 ? literal(text) : `${literal(text)} ${expression(at)}`
  })
  if (trie.ends) alternatives.push('""')
  return either(alternatives)
}

/** Any text of plain characters but some. @param rest the rule for any number of plain characters */
export function noneOf(texts: readonly string[], rest: string, rules: Rules): string {
  return other(trieOf(texts), rest, rules)
}

function other({ ends, next }: Trie, rest: string, rules: Rules): string {
  if (next.size === 0) return ends ? rules.add(`${rules.add(oneCharacter(plain))} ${rest}`) : rest
  const taken = [...next.keys()]
  const free = taken.reduce((ranges, character) => without(ranges, single(character)), plain)
  return either([
    ...(ends ? [] : ['""']),
    `${rules.add(oneCharacter(free))} ${rest}`,
    ...[...next].map(([character, further]) => `${literal(character)} ${other(further, rest, rules)}`),
  ])
}
