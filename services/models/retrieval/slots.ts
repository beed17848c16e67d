/** What somebody needs before they may work: a place among an owner's and among all, a content for themselves, or both. */
export interface Claim {
  /** Whose place it takes; absent, it takes none. */
  owner?: string | undefined
  /** What nobody else may work at meanwhile. */
  content?: string | undefined
}

/** Why a claim has to wait. */
export type Obstacle = { kind: 'owner' | 'all'; underWay: number } | { kind: 'content' }

/** Gives back what was claimed; more than once does no harm. */
export type Leave = () => void

/** Who may work now. All that is claimed is had at once or not at all, so that nobody waits in a circle. */
export interface Slots {
  /**
   * Waits until the claim can be met; whoever has waited longest, and may, is next.
   * @throws the signal's reason, when that is aborted before
   */
  take(claim: Claim, signal?: AbortSignal): Promise<Leave>
  /** Undefined when the claim cannot be met now. */
  tryTake(claim: Claim): Leave | undefined
  /** Undefined when the claim can be met now. */
  obstacle(claim: Claim): Obstacle | undefined
}

export interface SlotLimits {
  all: number
  ofOneOwner: number
}

export function createSlots(most: SlotLimits): Slots {
  const taken = new Set<Claim>()
  const waiting = new Set<{ claim: Claim; enter(leave: Leave): void }>()

  function obstacle({ owner, content }: Claim): Obstacle | undefined {
    const claims = [...taken]
    if (content !== undefined && claims.some((other) => other.content === content)) return { kind: 'content' }
    if (owner === undefined) return undefined
    const places = claims.filter((other) => other.owner !== undefined)
    const own = places.filter((other) => other.owner === owner)
    if (own.length >= most.ofOneOwner) return { kind: 'owner', underWay: own.length }
    return places.length < most.all ? undefined : { kind: 'all', underWay: places.length }
  }

  function tryTake(wanted: Claim): Leave | undefined {
    if (obstacle(wanted)) return undefined
    const claim = { ...wanted }
    taken.add(claim)
    return () => {
      if (taken.delete(claim)) admit()
    }
  }

  function admit(): void {
    for (const one of waiting) {
      const leave = tryTake(one.claim)
      if (!leave) continue
      waiting.delete(one)
      one.enter(leave)
    }
  }

  return {
    obstacle,
    tryTake,
    async take(claim, signal) {
      signal?.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<Leave>()
      const entry = { claim, enter: resolve }
      const abort = () => {
        if (waiting.delete(entry)) reject(signal?.reason)
      }
      waiting.add(entry)
      signal?.addEventListener('abort', abort, { once: true })
      admit()
      try {
        return await promise
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}
