/** How a pod is, from one side's view. A pod that is not listed is gone. */
export type PodState = 'ready' | 'not ready' | 'gone'

/** A pod's state, and when it was first seen, in ms of one clock. */
export interface PodChange {
  pod: string
  state: PodState
  at: number
}

export interface Propagation {
  /** ms from the cluster's change to the client's; below zero when the client's event overtook the watch. */
  lags: (PodChange & { lag: number })[]
  /** Changes that a later one overtook, so that the client was shown only the latest. */
  coalesced: PodChange[]
}

/** Turns views, in their order, into the changes from one to the next. */
export function changesOf(views: Iterable<{ at: number; pods: ReadonlyMap<string, PodState> }>): PodChange[] {
  const now = new Map<string, PodState>()
  const changes: PodChange[] = []
  for (const { at, pods } of views) {
    const next = new Map(pods)
    for (const pod of now.keys()) if (!next.has(pod)) next.set(pod, 'gone')
    for (const [pod, state] of next) {
      if ((now.get(pod) ?? 'gone') === state) continue
      changes.push({ pod, state, at })
      now.set(pod, state)
    }
  }
  return changes
}

/**
 * Pairs each change in the cluster with the one at the client that shows it. The client sees the latest state only, so
 * its changes are some of the cluster's in the same order: from the last one backwards, each is the nearest that fits.
 */
export function matchChanges(cluster: readonly PodChange[], client: readonly PodChange[]): Propagation {
  const shown = Map.groupBy(client, ({ pod }) => pod)
  const found: Propagation = { lags: [], coalesced: [] }
  for (const change of cluster.toReversed()) {
    const left = shown.get(change.pod) ?? []
    const last = left.at(-1)
    if (last?.state === change.state) {
      left.pop()
      found.lags.push({ ...change, lag: last.at - change.at })
    } else {
      found.coalesced.push(change)
    }
  }
  return { lags: found.lags.reverse(), coalesced: found.coalesced.reverse() }
}
