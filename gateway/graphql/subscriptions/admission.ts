/**
 * Whether a page of this origin may open a socket. Browsers always say where a page comes from; a client that does not is
 * none, and carries its token on purpose. `localhost` and `127.0.0.1` are the same place.
 */
export function originAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined) return true
  return allowed.some((known) => known === origin || twin(known) === origin)
}

function twin(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined
  const url = new URL(origin)
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1'
  else if (url.hostname === '127.0.0.1') url.hostname = 'localhost'
  else return undefined
  return url.origin
}

/** Counts what is open for each of many; refuses past a limit. */
export function createCap(limit: number): {
  isFull(who: string): boolean
  /** @returns what to call when it is over, or undefined past the limit. */
  enter(who: string): (() => void) | undefined
} {
  const open = new Map<string, number>()
  const isFull = (who: string) => (open.get(who) ?? 0) >= limit
  return {
    isFull,
    enter(who) {
      if (isFull(who)) return undefined
      open.set(who, (open.get(who) ?? 0) + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        const now = (open.get(who) ?? 1) - 1
        if (now > 0) open.set(who, now)
        else open.delete(who)
      }
    },
  }
}
