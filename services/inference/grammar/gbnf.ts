/** A grammar that cannot be made; the message is meant for whoever asked for it. */
export class GrammarError extends Error {
  override name = 'GrammarError'
  /** Where in the schema, from its root. */
  readonly path: readonly (string | number)[]
  /** A keyword that is not supported, rather than one that is wrong. */
  readonly unsupported: boolean
  constructor(path: readonly (string | number)[], message: string, unsupported = false) {
    super(message)
    this.path = path
    this.unsupported = unsupported
  }
}

/** The rules of one grammar in GBNF, as they are added. Bodies are expressions of GBNF; names are given here. */
export interface Rules {
  /** The name of a rule; a body that is there already keeps its name. */
  add(body: string): string
  /** A name whose body comes later, for rules that lead to themselves. */
  reserve(): string
  define(name: string, body: string): void
  /** So many of an item; without `most`, any number from `least` on. */
  repeat(item: string, least: number, most?: number): string
  text(root: string): string
}

/** llama.cpp unrolls a repetition into so many rules at most; it takes a higher bound for none. */
export const mostRepetitions = 2_000

/**
 * Bounds of what one request may ask for. Parsing a grammar of this size takes llama.cpp some 30 ms, during which it answers
 * nobody else.
 */
const limits = { rules: 4_000, repetitions: 12_000, characters: 400_000 }

/** @throws GrammarError when a grammar grows beyond its bounds */
export function createRules(): Rules {
  const bodies = new Map<string, string>()
  const names = new Map<string, string>()
  let repetitions = 0
  let characters = 0
  let reserved = 0

  function define(name: string, body: string): void {
    characters += body.length
    if (bodies.size >= limits.rules || characters > limits.characters) throw tooLarge()
    bodies.set(name, body)
  }

  const rules: Rules = {
    reserve: () => `r${reserved++}`,
    define,
    add(body) {
      const known = names.get(body)
      if (known !== undefined) return known
      const name = rules.reserve()
      define(name, body)
      names.set(body, name)
      return name
    },
    repeat(item, least, most) {
      const body = `${item}{${least},${most ?? ''}}`
      if (!names.has(body)) repetitions += most ?? least + 1
      if (repetitions > limits.repetitions) throw tooLarge()
      return rules.add(body)
    },
    text: (root) =>
      [`root ::= ${root}`, ...[...bodies].map(([name, body]) => `${name} ::= ${body}`)].join('\n'),
  }
  return rules
}

function tooLarge(): GrammarError {
  return new GrammarError(
    [],
    `is too large to keep an answer to: at most ${limits.rules} rules, ${limits.repetitions} repetitions and ${limits.characters} characters come of one request. Take away alternatives, or lower its maxLength and maxItems`,
  )
}

const escapes: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text as it is. */
export function literal(text: string): string {
  const escaped = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
    /["\\\u0000-\u001F]/g,
    (character) => escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return `"${escaped}"`
}

export const either = (alternatives: readonly string[]) =>
  alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join(' | ')})`

/** Between two values: one blank after it at most, so that no answer is blank without end. */
export const comma = '"," " "?'
