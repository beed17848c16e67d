/** How many ranges of one file are asked for at once; whoever stands first in the file goes first. */
export interface Lanes {
  /** Waits for a lane. @returns what gives it back; more than once does no harm */
  enter(position: number): Promise<() => void>
  /** The source wants fewer connections: half of them, and one at the least. @returns whether there are fewer now */
  narrow(): boolean
}

export function createLanes(count: number): Lanes {
  let open = count
  let taken = 0
  let waiting: { position: number; enter(): void }[] = []

  function admit(): void {
    while (taken < open) {
      const first = waiting.toSorted((a, b) => a.position - b.position)[0]
      if (!first) return
      waiting = waiting.filter((one) => one !== first)
      taken += 1
      first.enter()
    }
  }

  return {
    async enter(position) {
      await new Promise<void>((enter) => {
        waiting.push({ position, enter })
        admit()
      })
      let held = true
      return () => {
        if (!held) return
        held = false
        taken -= 1
        admit()
      }
    },
    narrow() {
      const before = open
      open = Math.max(1, Math.floor(open / 2))
      return open < before
    },
  }
}
