import type { Alternative, Alternatives } from './alternatives.ts'
import type { Place } from './keywords.ts'
import { firstProperties, type ObjectPlan, planObject } from './objects.ts'

/**
 * How two alternatives of a value are told apart. llama.cpp follows all that fit what is written so far at once: two that stay
 * alike double its work, and where they contain each other they double it again at each depth.
 */
export interface Apart {
  /** Whether the first thing that differs comes with the first value within. */
  soon(one: Alternative, other: Alternative): boolean
  /** Whether nothing that is written for the one is valid for the other, nor the other way around, as `oneOf` has it. */
  exclusive(one: Alternative, other: Alternative): boolean
}

export function createApart({ of }: Pick<Alternatives, 'of'>): Apart {
  /** The texts that a value may be; undefined where there is no end of them. */
  function textsOf(place: Place): readonly string[] | undefined {
    const found = of(place)
    const [only] = found
    return found.length === 1 && only?.kind === 'literal' ? only.texts : undefined
  }

  function differ(one: Place, other: Place): boolean {
    const texts = textsOf(one)
    const others = new Set(textsOf(other))
    return texts !== undefined && others.size > 0 && !texts.some((text) => others.has(text))
  }

  const propertyOf = ({ properties }: ObjectPlan, key: string) => properties.find((one) => one.key === key)

  function beginApart(one: ObjectPlan, other: ObjectPlan): boolean {
    const mayBeginAnyhow = (plan: ObjectPlan) =>
      plan.others !== undefined && !plan.properties.some(({ required }) => required)
    if (mayBeginAnyhow(one) || mayBeginAnyhow(other)) return false
    const firsts = firstProperties(other)
    return firstProperties(one).every(({ key, place }) => {
      const same = firsts.find((first) => first.key === key)
      return !same || differ(place, same.place)
    })
  }

  /** Whether no object of the one is valid for the other. */
  function neverValid(one: ObjectPlan, other: ObjectPlan, { schema }: Place): boolean {
    const isClosed = schema.additionalProperties === false
    const wrong = one.properties.some(({ key, place, required }) => {
      const same = propertyOf(other, key)
      return required && (same ? differ(place, same.place) : isClosed)
    })
    const lacking = other.properties.some(
      ({ key, required }) => required && !propertyOf(one, key) && !one.others,
    )
    return wrong || lacking
  }

  return {
    soon(one, other) {
      if (one.kind !== 'object' || other.kind !== 'object') return false
      return beginApart(planObject(one.place), planObject(other.place))
    },
    exclusive(one, other) {
      if (one.kind === 'literal' && other.kind === 'literal') {
        return !one.texts.some((text) => other.texts.includes(text))
      }
      const [kinds, others] = [kindsOf(one), kindsOf(other)]
      if (!kinds.some((kind) => others.includes(kind))) return true
      if (one.kind !== 'object' || other.kind !== 'object') return false
      const [plan, otherPlan] = [planObject(one.place), planObject(other.place)]
      return neverValid(plan, otherPlan, other.place) && neverValid(otherPlan, plan, one.place)
    },
  }
}

function kindsOf(alternative: Alternative): string[] {
  if (alternative.kind === 'integer') return ['number']
  if (alternative.kind !== 'literal') return [alternative.kind]
  return alternative.texts.map((text) => {
    const value: unknown = JSON.parse(text)
    if (value === null) return 'null'
    return Array.isArray(value) ? 'array' : typeof value
  })
}
