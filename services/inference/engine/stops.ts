/** Lets text through up to the first stop string, which is left out. */
export interface StopFilter {
  /** @returns what is certain not to belong to a stop string, and whether one has come */
  push(text: string): { text: string; stopped: boolean }
  /** What was held back, once nothing more comes. */
  end(): string
}

/** Holds back the end of the text for as long as it may be the beginning of a stop string. */
export function createStopFilter(stops: readonly string[]): StopFilter {
  let held = ''
  return {
    push(text) {
      held += text
      const found = stops.map((stop) => held.indexOf(stop)).filter((index) => index >= 0)
      if (found.length > 0) {
        const before = held.slice(0, Math.min(...found))
        held = ''
        return { text: before, stopped: true }
      }
      const certain = held.length - longestBeginning(held, stops)
      const through = held.slice(0, certain)
      held = held.slice(certain)
      return { text: through, stopped: false }
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

/** The length of the longest end of a text that is the beginning of a stop string. */
function longestBeginning(text: string, stops: readonly string[]): number {
  let longest = 0
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(stop.slice(0, length))) longest = length
    }
  }
  return longest
}
