import { either, literal } from './gbnf.ts'

/** What a number may be; undefined is no bound. */
export interface Bounds {
  minimum?: number | undefined
  exclusiveMinimum?: number | undefined
  maximum?: number | undefined
  exclusiveMaximum?: number | undefined
}

/** Fifteen digits, which a double tells apart. A number without a bound stays within these too. */
const greatest = 10 ** 15 - 1

/** Any whole number, as GBNF. */
export const anyInteger = '"-"? ("0" | [1-9] [0-9]{0,14})'
/** Any number. Its exponent has two digits at most, so that a double has it. */
export const anyNumber = `${anyInteger} ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?`

/** The whole numbers within bounds; undefined when there are none. */
export function integerWithin(bounds: Bounds): string | undefined {
  const low = Math.max(
    Math.ceil(bounds.minimum ?? -greatest),
    Math.floor(bounds.exclusiveMinimum ?? -greatest - 1) + 1,
    -greatest,
  )
  const high = Math.min(
    Math.floor(bounds.maximum ?? greatest),
    Math.ceil(bounds.exclusiveMaximum ?? greatest + 1) - 1,
    greatest,
  )
  return signed(low, high, (from, to) => blocks(from, to, 1).map((block) => digits(block, 0)))
}

/**
 * The numbers within bounds; undefined when there are none, or when a bound has more digits than can be kept to. They are counted
 * in the smallest decimal place that a bound has: from 0.5 to 2, from 5 to 20 tenths, each with or without more places after it.
 */
export function numberWithin(bounds: Bounds): string | undefined {
  const given = Object.values(bounds).filter((bound) => typeof bound === 'number')
  const places = Math.max(0, ...given.map(decimals))
  const scaled = given.map((bound) => Math.abs(bound) * 10 ** places)
  if (scaled.some((bound) => !(bound <= greatest))) return undefined
  const scale = (bound: number) => Math.round(bound * 10 ** places)
  const least = higher(bounds.minimum, bounds.exclusiveMinimum)
  const most = higher(negated(bounds.maximum), negated(bounds.exclusiveMaximum))
  const low = least ? scale(least.bound) : -greatest
  const high = most ? -scale(most.bound) : greatest
  // A bound that is excluded leaves what has more places than it.
  const exact = signed(low + (least?.excluded ? 1 : 0), high - (most?.excluded ? 1 : 0), (from, to) =>
    blocks(from, to, places + 1).map((block) => digits(block, places)),
  )
  const finer = signed(
    low,
    high,
    (from, to) =>
      blocks(from, to - 1, places + 1).map(
        (block) => `${digits(block, places)} ${places === 0 ? '"." ' : ''}[0-9]{0,8} [1-9]`,
      ),
    true,
  )
  const alternatives = [exact, finer].filter((expression) => expression !== undefined)
  return alternatives.length > 0 ? either(alternatives) : undefined
}

const negated = (bound: number | undefined) => (bound === undefined ? undefined : -bound)

/** The stricter of two lower bounds. */
function higher(bound?: number, excluded?: number): { bound: number; excluded: boolean } | undefined {
  if (excluded !== undefined && (bound === undefined || excluded >= bound))
    return { bound: excluded, excluded: true }
  return bound === undefined ? undefined : { bound, excluded: false }
}

function decimals(bound: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(bound)) ?? []
  return Math.max(0, fraction.length - Number(exponent))
}

/** Both sides of zero, each by its magnitude. @param fromZero whether what is written after the digits makes even 0 less than 0 */
function signed(
  low: number,
  high: number,
  magnitudes: (from: number, to: number) => string[],
  fromZero = false,
): string | undefined {
  const positive = high >= 0 ? magnitudes(Math.max(low, 0), high) : []
  const negative = low < 0 ? magnitudes(Math.max(fromZero ? 0 : 1, -high), -low) : []
  const alternatives = [...positive, ...(negative.length > 0 ? [`"-" ${either(negative)}`] : [])]
  return alternatives.length > 0 ? either(alternatives) : undefined
}

/** Numbers that begin alike: the digits before, those that the next one may be, and how many of any kind come after. */
interface Block {
  before: string
  from: number
  to: number
  after: number
}

/** The whole numbers of a range as blocks: 8 to 120 is [8-9], [1-9][0-9], 1[0-1][0-9] and 120. @param width digits at least */
function blocks(low: number, high: number, width: number): Block[] {
  const found: Block[] = []
  for (let at = low; at <= high; ) {
    let after = 0
    const length = Math.max(String(at).length, width)
    while (after + 1 < length && at % 10 ** (after + 1) === 0 && at + 10 ** (after + 1) - 1 <= high)
      after += 1
    const size = 10 ** after
    const text = String(at / size).padStart(length - after, '0')
    const from = Number(text.at(-1))
    const to = from + Math.min(9 - from, Math.floor((high - at + 1) / size) - 1)
    found.push({ before: text.slice(0, -1), from, to, after })
    at += (to - from + 1) * size
  }
  return found
}

/** A block with a decimal point before its last places. */
function digits({ before, from, to, after }: Block, places: number): string {
  const classes = [...before, from === to ? String(from) : `[${from}-${to}]`]
  const whole = classes.length + after - places
  const parts = (some: readonly string[]) => some.map((one) => (one.startsWith('[') ? one : literal(one)))
  const any = (count: number) => (count > 0 ? [`[0-9]{${count}}`] : [])
  const point = places > 0 ? ['"."'] : []
  return whole >= classes.length
    ? [...parts(classes), ...any(whole - classes.length), ...point, ...any(places)].join(' ')
    : [...parts(classes.slice(0, whole)), ...point, ...parts(classes.slice(whole)), ...any(after)].join(' ')
}
