import { oneCharacter, plain, type Ranges, shared, single, without } from './characters.ts'
import { either, GrammarError, literal, mostRepetitions, type Rules } from './gbnf.ts'

/** A part of a regular expression, as GBNF. */
interface Part {
  text: string
  /** Whether it may be nothing: repeated without end, that would never end. */
  empty: boolean
  /** Characters that it is unrolled to at most. */
  size: number
}

const everything: Ranges = [[0, 0x10ffff]]
const digits: Ranges = [[0x30, 0x39]]
const word: Ranges = [...digits, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]
const blanks: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
]
const classes: Readonly<Record<string, Ranges>> = {
  d: digits,
  D: without(everything, digits),
  w: word,
  W: without(everything, word),
  s: blanks,
  S: without(everything, [
    ...blanks,
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ]),
}
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' }
/** Characters that JSON writes in two. */
const escaped = ['"', '\\', '\b', '\f', '\n', '\r', '\t']

/**
 * The texts that a regular expression matches from beginning to end, as they stand in a JSON string. An expression without anchors
 * takes more than that, but nothing less.
 * @throws GrammarError for what only a backtracking matcher can do, such as looking around and back
 */
export function patternText(pattern: string, path: readonly (string | number)[], rules: Rules): string {
  let at = 0

  function refuse(what: string): GrammarError {
    return new GrammarError(path, `has ${what} at its character ${at + 1}, which is not supported`, true)
  }

  function take(expression: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(expression, 'yu')
    sticky.lastIndex = at
    const found = sticky.exec(pattern) ?? undefined
    at += found?.[0].length ?? 0
    return found
  }

  function alternation(depth: number): Part {
    if (depth > 50) throw refuse('groups within groups')
    const branches = [sequence(depth)]
    while (take(/\|/)) branches.push(sequence(depth))
    return {
      text: either(branches.map(({ text }) => text)),
      empty: branches.some(({ empty }) => empty),
      size: branches.reduce((sum, { size }) => sum + size, 0),
    }
  }

  function sequence(depth: number): Part {
    if (depth === 0) take(/\^/)
    const parts: Part[] = []
    while (at < pattern.length && !/[|)]/.test(pattern[at] ?? '')) {
      if (depth === 0 && take(/\$(?=\||$)/)) break
      parts.push(repeated(atom(depth)))
    }
    return {
      text: parts.map(({ text }) => text).join(' ') || '""',
      empty: parts.every(({ empty }) => empty),
      size: parts.reduce((sum, { size }) => sum + size, 0),
    }
  }

  function repeated(part: Part): Part {
    const found = take(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/)
    if (!found) return part
    const [, sign, from = '', comma, to] = found
    const least = sign ? (sign === '+' ? 1 : 0) : Number(from)
    const most = sign ? (sign === '?' ? 1 : undefined) : comma ? (to ? Number(to) : undefined) : least
    const size = part.size * Math.max(most ?? least, 1)
    if (part.empty && most !== 1) throw refuse('a repetition of what may be empty')
    if (size > mostRepetitions) throw refuse(`repetitions of more than ${mostRepetitions} characters`)
    const item = rules.add(part.text)
    return { text: rules.repeat(item, least, most), empty: least === 0 || part.empty, size }
  }

  function atom(depth: number): Part {
    if (take(/\((?:\?:|\?<[A-Za-z]\w*>|(?!\?))/)) {
      const inner = alternation(depth + 1)
      take(/\)/)
      return { ...inner, text: rules.add(inner.text) }
    }
    if (take(/\[/)) return oneOf(members())
    if (take(/\./))
      return oneOf(
        without(everything, [
          [0x0a, 0x0a],
          [0x0d, 0x0d],
          [0x2028, 0x2029],
        ]),
      )
    return oneOf(character())
  }

  /** What stands between the brackets of a class. */
  function members(): Ranges {
    const isNegated = take(/\^/) !== undefined
    let found: Ranges = []
    while (!take(/\]/)) {
      const from = character(true)
      const last = take(/-(?!\])/) ? character(true) : undefined
      const [low, high] = [from[0]?.[0] ?? 0, last?.at(-1)?.[1] ?? 0]
      found = [...found, ...(last ? ([[low, high]] as const) : from)]
    }
    return isNegated ? without(everything, found) : shared(everything, found)
  }

  function character(inClass = false): Ranges {
    const [, kind] = take(/\\([dDwWsS])/) ?? []
    if (kind) return classes[kind] ?? []
    const [, control] = take(/\\([nrtfv]|0(?!\d))/) ?? []
    if (control) return single(controls[control] ?? '')
    const [, byNumber, bracketed] =
      take(/\\(?:x|u(?=[^{]))([0-9a-fA-F]{2,4})|\\u\{([0-9a-fA-F]{1,6})\}/) ?? []
    const number = byNumber ?? bracketed
    if (number) return single(String.fromCodePoint(Number.parseInt(number, 16)))
    if (inClass && take(/\\b/)) return single('\b')
    const [, itself] = take(/\\([^a-zA-Z0-9])/) ?? []
    if (itself) return single(itself)
    if (/[\\^$()]/.test(pattern[at] ?? '') && !(inClass && pattern[at] !== '\\'))
      throw refuse(pattern.slice(at, at + 3))
    const [any] = take(/[\s\S]/) ?? []
    if (any === undefined) throw refuse('nothing')
    return single(any)
  }

  function oneOf(ranges: Ranges): Part {
    const isIn = (one: string) => shared(ranges, single(one)).length > 0
    const direct = shared(plain, ranges)
    const alternatives = [
      ...(direct.length > 0 ? [oneCharacter(direct)] : []),
      ...escaped.filter(isIn).map((one) => literal(JSON.stringify(one).slice(1, -1))),
    ]
    if (alternatives.length === 0) throw refuse('a character that no answer has')
    return { text: rules.add(either(alternatives)), empty: false, size: 1 }
  }

  try {
    new RegExp(pattern, 'u')
  } catch {
    throw new GrammarError(path, 'is not a regular expression')
  }
  const whole = alternation(0)
  if (at < pattern.length) throw refuse(pattern.slice(at, at + 3))
  return rules.add(whole.text)
}
