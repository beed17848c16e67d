/** Code points from and to, both included; in order, without overlaps. */
export type Ranges = readonly (readonly [from: number, to: number])[]

/**
 * What stands in a JSON string as it is: no quote, backslash or control character, and nothing that is no character, such as
 * half of a surrogate pair.
 */
export const plain: Ranges = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0x7e],
  [0xa0, 0xd7ff],
  [0xe000, 0xfffc],
  [0x10000, 0x10ffff],
]

export function without(ranges: Ranges, taken: Ranges): Ranges {
  return taken.reduce<Ranges>(
    (left, [from, to]) =>
      left.flatMap(([low, high]): Ranges => {
        if (to < low || from > high) return [[low, high]]
        const parts: Ranges = [
          [low, from - 1],
          [to + 1, high],
        ]
        return parts.filter(([first, last]) => first <= last)
      }),
    ranges,
  )
}

/** What is in both. */
export const shared = (ranges: Ranges, others: Ranges): Ranges => without(ranges, without(ranges, others))

export const single = (character: string): Ranges => {
  const point = character.codePointAt(0) ?? 0
  return [[point, point]]
}

/** One character of these, in GBNF. */
export function oneCharacter(ranges: Ranges): string {
  const texts = ranges.map(([from, to]) => (from === to ? written(from) : `${written(from)}-${written(to)}`))
  return `[${texts.join('')}]`
}

/** Letters and digits as they are; others by number, so that none has a meaning of its own there. */
function written(point: number): string {
  const character = String.fromCodePoint(point)
  return /[A-Za-z0-9]/.test(character) ? character : `\\U${point.toString(16).padStart(8, '0')}`
}
