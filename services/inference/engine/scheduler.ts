import { evenSize, type Group, planBatch } from './batch.ts'
import { createCosts } from './costs.ts'
import type { Token } from './decoder.ts'
import type { Choice } from './engine.ts'
import type { Evaluator } from './native.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { Threads } from './threads.ts'

/** Chooses tokens for one sequence. */
export interface Chooser {
  /** @param outcome of which evaluated token */
  choose(outcome: number): Promise<Choice>
}

export interface Order {
  /** Which sequence it runs on; one run at a time. */
  sequence: number
  prompt: readonly Token[]
  /** Tokens of the answer at most. */
  limit: number
  /** Called once, when the sequence is the run's own. @throws what the run then fails with */
  createChooser(): Chooser
  /** Ends the run at once, with the signal's reason. */
  signal: AbortSignal
}

/** An answer that is being made. */
export interface Generation extends AsyncIterable<Choice, void> {
  /** Tokens of the prompt whose state was there; 0 until the run has begun. */
  cachedTokens(): number
}

export interface SchedulerOptions {
  sequences: number
  batchSize: number
  /** Whether the end of a sequence's state can be dropped, or only all of it. */
  canTrim: boolean
  threads: Threads
  isEnd(token: Token): boolean
}

export interface Scheduler {
  /** How much of a prompt a sequence holds already. The last token is always evaluated: the answer follows from its outcome. */
  reusable(sequence: number, prompt: readonly Token[]): number
  /** How many tokens' state a sequence holds. */
  held(sequence: number): number
  start(order: Order): Generation
  /** Resolves when the native context is not in use any more; runs that are left fail with the reason. */
  close(reason: Error): Promise<void>
}

interface Run extends Order {
  pending: Uint32Array
  cachedTokens: number
  chooser: Chooser | undefined
  outbox: Outbox<Choice>
  abort(): void
  readonly blocked: boolean
}

/** Tokens of one answer that may lie about unread: enough that a reader's pauses cost nothing, and hardly any work is wasted. */
const unreadTokens = 8

/**
 * Evaluates all runs together, one batch after the other, and goes on with the next while the text of the last is being sent. Only
 * this loop touches the native context, so one call at a time does.
 */
export function createScheduler(context: Evaluator, options: SchedulerOptions): Scheduler {
  const { batchSize, threads, isEnd } = options
  const states: Token[][] = Array.from({ length: options.sequences }, () => [])
  const runs = new Set<Run>()
  const costs = createCosts()
  /** What was chosen and is not handed over yet. */
  const chosen: { run: Run; choice: Choice; last: boolean }[] = []
  let working: Promise<void> | undefined
  let closed: Error | undefined

  const stateOf = (sequence: number) => states[sequence] ?? []

  function shared(sequence: number, prompt: readonly Token[]): number {
    const state = stateOf(sequence)
    const most = Math.min(state.length, prompt.length - 1)
    let count = 0
    while (count < most && state[count] === prompt[count]) count += 1
    return count < state.length && !options.canTrim ? 0 : count
  }

  function keep(sequence: number, length: number): number {
    const state = stateOf(sequence)
    if (length < state.length) {
      const trimmed = length > 0 && context.removeTokenCellsFromSequence(sequence, length, -1)
      if (!trimmed) context.removeTokenCellsFromSequence(sequence, 0, -1)
      state.length = trimmed ? length : 0
    }
    return state.length
  }

  function begin(run: Run): void {
    try {
      run.cachedTokens = keep(run.sequence, shared(run.sequence, run.prompt))
      run.pending = Uint32Array.from(run.prompt.slice(run.cachedTokens))
      run.chooser = run.createChooser()
    } catch (error) {
      fail(run, error)
    }
  }

  function drop(run: Run): void {
    runs.delete(run)
    run.signal.removeEventListener('abort', run.abort)
  }

  function fail(run: Run, error: unknown): void {
    drop(run)
    run.outbox.fail(error)
  }

  async function evaluate(groups: Group<Run>[]): Promise<void> {
    const batch = groups.flat()
    context.initBatch(batch.reduce((sum, { count }) => sum + count, 0))
    const rows = batch.map(({ run, count }) => {
      const tokens = run.pending.subarray(0, count)
      const wanted = count === run.pending.length ? Uint32Array.of(count - 1) : new Uint32Array()
      const [outcome] = context.addToBatch(run.sequence, stateOf(run.sequence).length, tokens, wanted)
      return { run, tokens, outcome }
    })
    const size = evenSize(groups)
    context.setThreads(size === 1 ? threads.single : threads.batch)
    const begunAt = performance.now()
    try {
      await context.decodeBatch()
    } catch (error) {
      // Nobody knows what is in the sequences now.
      for (const { run } of rows) {
        fail(run, error)
        keep(run.sequence, 0)
      }
      return
    }
    if (size !== undefined) costs.see(size, (performance.now() - begunAt) / groups.length)
    for (const { run, tokens } of rows) {
      stateOf(run.sequence).push(...tokens)
      run.pending = run.pending.subarray(tokens.length)
    }
    await Promise.all(rows.map(({ run, outcome }) => outcome !== undefined && choose(run, outcome)))
  }

  async function choose(run: Run, outcome: number): Promise<void> {
    if (!runs.has(run) || !run.chooser) return
    try {
      const choice = await run.chooser.choose(outcome)
      run.limit -= 1
      run.pending = Uint32Array.of(choice.token)
      const last = run.limit <= 0 || isEnd(choice.token)
      if (last) drop(run)
      chosen.push({ run, choice, last })
    } catch (error) {
      fail(run, error)
    }
  }

  function handOver(): void {
    for (const { run, choice, last } of chosen.splice(0)) {
      run.outbox.push(choice)
      if (last) run.outbox.end()
    }
  }

  async function work(): Promise<void> {
    // Requests that arrive together share their first batch.
    await new Promise(setImmediate)
    while (!closed) {
      for (const run of runs) if (!run.chooser) begin(run)
      const groups = planBatch([...runs], batchSize, costs.of)
      const evaluated = groups.length > 0 && evaluate(groups)
      // Only now that llama.cpp has work: what is done with a token would keep it waiting.
      handOver()
      if (!evaluated) return
      await evaluated
      if (!chosen.some(({ last }) => last)) continue
      handOver()
      // Whoever waited for a place takes it within this turn, and is in the next batch.
      await new Promise(setImmediate)
    }
  }

  function wake(): void {
    working ??= work()
      .catch((error: unknown) => {
        for (const run of runs) fail(run, error)
      })
      .finally(() => {
        working = undefined
        // What came while the loop was ending.
        if (planBatch([...runs], batchSize, costs.of).length > 0 && !closed) wake()
      })
  }

  return {
    reusable: shared,
    held: (sequence) => stateOf(sequence).length,
    start(order) {
      if (closed) throw closed
      const outbox = createOutbox<Choice>(unreadTokens, (left) => {
        if (left) drop(run)
        else if (runs.has(run)) wake()
      })
      const run: Run = {
        ...order,
        pending: Uint32Array.from(order.prompt),
        cachedTokens: 0,
        chooser: undefined,
        outbox,
        abort: () => fail(run, order.signal.reason),
        get blocked() {
          return outbox.full()
        },
      }
      if (order.signal.aborted) outbox.fail(order.signal.reason)
      else {
        order.signal.addEventListener('abort', run.abort)
        runs.add(run)
        wake()
      }
      return {
        cachedTokens: () => run.cachedTokens,
        [Symbol.asyncIterator]: () => outbox[Symbol.asyncIterator](),
      }
    },
    async close(reason) {
      closed = reason
      await working
      for (const run of runs) fail(run, reason)
    },
  }
}
