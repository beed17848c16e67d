import { isUuid } from './uuid.ts'

/**
 * Gathers the keys asked for within one tick and loads them at once. Nothing is kept afterwards: a subscription's
 * context lives as long as its connection, and must not answer with what was true at its start.
 * Keys are UUIDs, in either case; a text that is none has no value.
 */
export function batch<Value>(
  load: (keys: string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  let waiting: Promise<ReadonlyMap<string, Value>> | undefined
  let keys = new Set<string>()
  return async (text) => {
    if (!isUuid(text)) return undefined
    const key = text.toLowerCase()
    keys.add(key)
    waiting ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const asked = [...keys]
      keys = new Set()
      waiting = undefined
      return load(asked)
    })
    return (await waiting).get(key)
  }
}
