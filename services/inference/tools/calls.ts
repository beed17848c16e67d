import type { Form } from './form.ts'

/** What an answer goes on with: text, the beginning of a call, or a part of its arguments. */
export type Delta =
  | { content: string }
  | { index: number; id: string; name: string }
  | { index: number; arguments: string }

/** Reads an answer as it comes, and tells calls from text. */
export interface CallReader {
  push(text: string): Delta[]
  /** What was held back. @param isCut whether the answer was cut off, so that a call's beginning is no text */
  end(isCut: boolean): Delta[]
  /** Whether there are calls, and all of them are whole. */
  called(): boolean
}

const head = /^[^{]*\{\s*"name"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*"(?:arguments|parameters)"\s*:\s*/

/** @param names the functions that may be called; a call of another is text */
export function createCallReader(form: Form, names: ReadonlySet<string>): CallReader {
  let state: 'text' | 'head' | 'arguments' = 'text'
  let held = ''
  let index = -1
  let isFresh = true
  let place = createPlace()
  /** What is no text if a call follows: blanks, and the opening. */
  let before = ''

  /** Where the opening is; -1 where it is not, or not where it counts. */
  function findOpening(): number {
    const at = held.indexOf(form.opening)
    return form.atStart && (!isFresh || held.slice(0, Math.max(at, 0)).trim() !== '') ? -1 : at
  }

  function readText(): Delta[] {
    const at = findOpening()
    if (at >= 0) {
      const content = held.slice(0, at).trimEnd()
      // Llama's opening is a part of the call's JSON.
      const from = form.opening.startsWith('{') ? at : at + form.opening.length
      before = held.slice(content.length, from)
      held = held.slice(from)
      state = 'head'
      return [...(content === '' ? [] : [{ content }]), ...readHead()]
    }
    const content = held.slice(0, held.length - heldBack())
    held = held.slice(content.length)
    if (content === '') return []
    isFresh = false
    return [{ content }]
  }

  /** Characters at the end that may be blanks before an opening, or the beginning of one. */
  function heldBack(): number {
    if (form.atStart && !isFresh) return 0
    let length = Math.min(form.opening.length - 1, held.length)
    while (length > 0 && !held.endsWith(form.opening.slice(0, length))) length -= 1
    return held.length - held.slice(0, held.length - length).trimEnd().length
  }

  function readHead(): Delta[] {
    const found = head.exec(held)
    if (!found?.[1]) return []
    const name = JSON.parse(found[1]) as string
    if (!names.has(name)) return []
    held = held.slice(found[0].length)
    index += 1
    state = 'arguments'
    place = createPlace()
    return [{ index, id: form.newId(), name }, ...readArguments()]
  }

  function readArguments(): Delta[] {
    if (!place.hasBegun()) held = held.trimStart()
    const end = place.endIn(held)
    const text = held.slice(0, end)
    if (end === undefined) held = ''
    else {
      held = held.slice(end)
      state = 'head'
    }
    const deltas = text === '' ? [] : [{ index, arguments: text }]
    return end === undefined ? deltas : [...deltas, ...readHead()]
  }

  return {
    push(text) {
      held += text
      if (state === 'text') return readText()
      return state === 'head' ? readHead() : readArguments()
    },
    end(isCut) {
      const isText = state === 'text' || (state === 'head' && index < 0 && !isCut)
      const rest = isText ? before + held : ''
      held = ''
      return rest === '' ? [] : [{ content: rest }]
    },
    called: () => index >= 0 && state === 'head',
  }
}

/** Follows JSON to the end of an object. */
function createPlace() {
  let depth = 0
  let isQuoted = false
  let isEscaped = false
  return {
    hasBegun: () => depth > 0,
    /** The length up to the object's end; undefined when it goes on. */
    endIn(text: string): number | undefined {
      for (let at = 0; at < text.length; at += 1) {
        const character = text[at]
        if (isEscaped) isEscaped = false
        else if (isQuoted) {
          if (character === '\\') isEscaped = true
          else if (character === '"') isQuoted = false
        } else if (character === '"') isQuoted = true
        else if (character === '{' || character === '[') depth += 1
        else if (character === '}' || character === ']') {
          depth -= 1
          if (depth === 0) return at + 1
        }
      }
      return undefined
    },
  }
}
