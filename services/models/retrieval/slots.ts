/** Who may work now: so many in all, and so many of one owner. Whoever has waited longest, and may, is next. */
export interface Slots {
  /** Waits for a slot. @returns what gives it back; more than once does no harm */
  take(owner: string): Promise<() => void>
}

export interface SlotLimits {
  all: number
  ofOneOwner: number
}

export function createSlots(most: SlotLimits): Slots {
  const taken: string[] = []
  const waiting: { owner: string; enter(): void }[] = []

  const mayEnter = ({ owner }: { owner: string }) =>
    taken.length < most.all && taken.filter((other) => other === owner).length < most.ofOneOwner

  function admit(): void {
    for (let next = waiting.find(mayEnter); next; next = waiting.find(mayEnter)) {
      waiting.splice(waiting.indexOf(next), 1)
      taken.push(next.owner)
      next.enter()
    }
  }

  return {
    async take(owner) {
      await new Promise<void>((enter) => {
        waiting.push({ owner, enter })
        admit()
      })
      let held = true
      return () => {
        if (!held) return
        held = false
        taken.splice(taken.indexOf(owner), 1)
        admit()
      }
    },
  }
}
