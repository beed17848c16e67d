/** What one person asks, turn after turn, about the answers too. */
export type Dialogue = readonly string[]

/** Words of a first question, in turn: prompts come short and long. */
const lengths = [12, 96, 24, 192, 48]

const words =
  'a river runs under the old bridge and people who cross it in the morning tell each other what they saw on the way to work while boats carry sand stone and timber down to the harbour where large ships wait for the tide'.split(
    ' ',
  )

/**
 * So many dialogues that nobody has asked before: each begins with a number of its own, so that no state that is left from another
 * one helps. The same numbers give the same texts.
 */
export function inventDialogues(from: number, count: number, turns: number): Dialogue[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index
    const random = createRandom(number)
    const say = (length: number) => Array.from({ length }, () => words[random(words.length)] ?? '').join(' ')
    const first = `${number}. ${say(lengths[number % lengths.length] ?? 0)}`
    return [first, ...Array.from({ length: turns - 1 }, () => say(16))]
  })
}

/** Numbers below a limit that look random (a linear congruential generator, with the constants of Numerical Recipes). */
function createRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
