import { type Costs, cheapestGroups } from './costs.ts'

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

/** What one evaluation takes: a part of one prompt, or one token of each of several neighbouring sequences. */
export type Group<Run> = Share<Run>[]

/**
 * Which tokens the next batch takes: first one of every run that is answering, so that no prompt keeps them waiting; then prompts,
 * the one that came first before the others, in parts where they do not fit.
 *
 * llama.cpp evaluates the rows of a batch together whose sequences' numbers go up by one, and begins anew at any other
 * (`llama_batch_allocr::split_equal`, where the cache is not unified). So the order of the rows decides.
 * @returns groups, the last sequences first: with that, none of them runs on into the next
 */
export function planBatch<Run extends Pending>(
  runs: readonly Run[],
  size: number,
  costOf: Costs['of'],
): Group<Run>[] {
  const able = runs.filter(({ pending, blocked }) => pending.length > 0 && !blocked)
  const answering = able.filter(({ pending }) => pending.length === 1).slice(0, size)
  let left = size - answering.length
  const prompts = able
    .filter(({ pending }) => pending.length > 1)
    .flatMap((run) => {
      const count = Math.min(run.pending.length, left)
      left -= count
      return count > 0 ? [[{ run, count }]] : []
    })
  const groups = [...neighbours(answering).flatMap((row) => grouped(row, costOf)), ...prompts]
  return groups.toSorted((one, other) => firstOf(other) - firstOf(one))
}

const firstOf = <Run extends Pending>([share]: Group<Run>): number => share?.run.sequence ?? 0

/** The runs in rows of sequences that follow one another without a gap. */
function neighbours<Run extends Pending>(runs: readonly Run[]): Run[][] {
  const rows: Run[][] = []
  for (const run of runs.toSorted((one, other) => one.sequence - other.sequence)) {
    const row = rows.at(-1)
    if (row?.at(-1)?.sequence === run.sequence - 1) row.push(run)
    else rows.push([run])
  }
  return rows
}

function grouped<Run>(row: readonly Run[], costOf: Costs['of']): Group<Run>[] {
  let from = 0
  return cheapestGroups(row.length, costOf).map((size) => {
    const group = row.slice(from, from + size).map((run) => ({ run, count: 1 }))
    from += size
    return group
  })
}

/** The one size that all groups have, of one token for each run; undefined where there are several, or a prompt. */
export function evenSize<Run>(groups: readonly Group<Run>[]): number | undefined {
  const size = groups[0]?.length
  const isEven = groups.every((group) => group.length === size && group.every(({ count }) => count === 1))
  return isEven ? size : undefined
}
