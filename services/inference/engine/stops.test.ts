import { expect, test } from 'vitest'
import { createStopFilter } from './stops.ts'

/** What comes through of pieces of text; a bar marks the end by a stop string. */
function through(stops: string[], pieces: string[]): string[] {
  const filter = createStopFilter(stops)
  const out: string[] = []
  for (const piece of pieces) {
    const { text, stopped } = filter.push(piece)
    out.push(text)
    if (stopped) return [...out, '|']
  }
  return [...out, filter.end()]
}

test.each([
  ['without stop strings everything comes through at once', [], ['a', 'b'], ['a', 'b', '']],
  ['a stop string within one piece', ['END'], ['so END and on'], ['so ', '|']],
  ['one spread over pieces', ['END'], ['so E', 'N', 'D and'], ['so ', '', '', '|']],
  ['what only began like one is let go', ['END'], ['so E', 'N', 'A'], ['so ', '', 'ENA', '']],
  ['the end of the text lets it go too', ['END'], ['so EN'], ['so ', 'EN']],
  ['one that repeats its own beginning', ['aab'], ['a', 'a', 'a', 'b'], ['', '', 'a', '', '|']],
  ['the first in the text counts, not in the list', ['two', 'one'], ['one two'], ['', '|']],
  ['one that is the beginning of another', ['\n\n', '\n'], ['a\n\nb'], ['a', '|']],
  ['at the very beginning', ['.'], ['.'], ['', '|']],
  ['several held back at once', ['abc', 'bd'], ['ab', 'd'], ['', 'a', '|']],
  ['an emoji', ['🙂'], ['hi 🙂'], ['hi ', '|']],
])('%s', (_what, stops, pieces, expected) => {
  expect(through(stops, pieces)).toEqual(expected)
})
