/** What a run has to evaluate next. */
export interface Pending {
  /** The number of the run's sequence. */
  sequence: number
  /** Tokens that are not evaluated yet: what is left of a prompt, or the token that was chosen last. */
  pending: { length: number }
  /** Whether nobody has taken its last tokens yet, so that it has to wait. */
  blocked: boolean
}

/** So many of a run's pending tokens. */
export interface Share<Run> {
  run: Run
  count: number
}

/**
 * Which tokens the next batch takes: first one of every run that is answering, so that no prompt keeps them waiting; then prompts,
 * the one that came first before the others, in parts where they do not fit.
 * @returns in the order of the sequences: llama.cpp evaluates neighbours together, and begins anew where the numbers do not go up by
 * one (`llama_batch_allocr::split_equal`). In the order in which requests came, eight answers would be up to eight evaluations.
 */
export function planBatch<Run extends Pending>(runs: readonly Run[], size: number): Share<Run>[] {
  const able = runs.filter(({ pending, blocked }) => pending.length > 0 && !blocked)
  const inOrder = [
    ...able.filter(({ pending }) => pending.length === 1),
    ...able.filter(({ pending }) => pending.length > 1),
  ]
  let left = size
  const shares = inOrder.flatMap((run) => {
    const count = Math.min(run.pending.length, left)
    left -= count
    return count > 0 ? [{ run, count }] : []
  })
  return shares.toSorted((one, other) => one.run.sequence - other.run.sequence)
}
