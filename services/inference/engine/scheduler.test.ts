import { expect, test } from 'vitest'
import type { Choice } from './engine.ts'
import type { Evaluator } from './native.ts'
import { createScheduler, type SchedulerOptions } from './scheduler.ts'

/** A context that keeps what it is told to, and whose outcome of a token is that token; it notes every batch. */
function createContext() {
  const cells: number[][] = [[], [], []]
  const batches: string[] = []
  let rows: { sequence: number; tokens: number[] }[] = []
  const told = { cells, batches, begun: 0, broken: false, threads: 0, hold: Promise.resolve() }
  const context: Evaluator = {
    initBatch: () => {
      rows = []
    },
    addToBatch(sequence, at, tokens, wanted) {
      if (cells[sequence]?.length !== at) throw new Error(`Sequence ${sequence} does not end at ${at}.`)
      rows.push({ sequence, tokens: [...tokens] })
      return Uint32Array.from(wanted, (index) => tokens[index] ?? 0)
    },
    async decodeBatch() {
      told.begun += 1
      await told.hold
      if (told.broken) throw new Error('Eval has failed')
      for (const { sequence, tokens } of rows) cells[sequence]?.push(...tokens)
      // In which order they stand is a matter of speed; batch.test.ts looks at that.
      const inOrder = rows.toSorted((one, other) => one.sequence - other.sequence)
      batches.push(inOrder.map(({ sequence, tokens }) => `${sequence}:${tokens.join(',')}`).join(' '))
    },
    setThreads(threads) {
      told.threads = threads
    },
    removeTokenCellsFromSequence(sequence, from) {
      cells[sequence]?.splice(from)
      return true
    },
  }
  return { context, told }
}

/** Every token is answered by the next number; 0 ends an answer. */
const nextNumber = () => ({ choose: async (outcome: number) => ({ token: outcome + 1 }) })
const never = new AbortController().signal

function open(options: Partial<SchedulerOptions> = {}) {
  const { context, told } = createContext()
  const scheduler = createScheduler(context, {
    sequences: 3,
    batchSize: 8,
    canTrim: true,
    threads: { single: 1, batch: 2 },
    isEnd: (token) => token === 100,
    ...options,
  })
  const start = (sequence: number, prompt: number[], limit: number, signal = never) =>
    scheduler.start({ sequence, prompt, limit, signal, createChooser: nextNumber })
  return { scheduler, start, told }
}

async function tokensOf(choices: AsyncIterable<Choice>): Promise<number[]> {
  const tokens: number[] = []
  for await (const { token } of choices) tokens.push(token)
  return tokens
}

test('an answer ends at its limit, or with a token that ends it', async () => {
  const { start } = open()
  expect(await tokensOf(start(0, [1, 2, 3], 4))).toEqual([4, 5, 6, 7])
  expect(await tokensOf(start(1, [97], 10))).toEqual([98, 99, 100])
})

test('those that arrive together share every batch', async () => {
  const { start, told } = open()
  await Promise.all([tokensOf(start(0, [10], 3)), tokensOf(start(1, [20], 3)), tokensOf(start(2, [30], 3))])
  expect(told.batches).toEqual(['0:10 1:20 2:30', '0:11 1:21 2:31', '0:12 1:22 2:32'])
})

test('one token of one run has threads of its own number, prompts and several runs have all', async () => {
  const { start, told } = open()
  await tokensOf(start(0, [1, 2, 3], 1))
  expect(told.threads).toBe(2)
  await tokensOf(start(0, [1, 2, 3], 2))
  expect(told.threads).toBe(1)
  await Promise.all([tokensOf(start(0, [10], 2)), tokensOf(start(1, [20], 2))])
  expect(told.threads).toBe(2)
})

test('whoever follows on a sequence is in the very next batch', async () => {
  const { start, told } = open()
  const others = tokensOf(start(1, [50], 5))
  await tokensOf(start(0, [10], 2))
  await tokensOf(start(0, [20], 2))
  await others
  expect(told.batches).toEqual(['0:10 1:50', '0:11 1:51', '0:20 1:52', '0:21 1:53', '1:54'])
})

test('a token is handed over when the next batch is being evaluated', async () => {
  const { start, told } = open()
  const answer = start(0, [10], 3)[Symbol.asyncIterator]()
  const held = Promise.withResolvers<void>()
  told.hold = held.promise
  const first = answer.next()
  await new Promise(setImmediate)
  expect(told.batches).toEqual([])
  held.resolve()
  expect(await first).toEqual({ done: false, value: { token: 11 } })
  expect(told.begun).toBe(2)
  await answer.return?.()
})

test('a long prompt is evaluated in parts while another answer goes on', async () => {
  const { start, told } = open()
  const long = Array.from({ length: 14 }, (_, index) => index + 40)
  const [first] = await Promise.all([tokensOf(start(0, [10], 4)), tokensOf(start(1, long, 1))])
  expect(first).toEqual([11, 12, 13, 14])
  expect(told.batches.slice(0, 3)).toEqual([
    '0:10 1:40,41,42,43,44,45,46',
    '0:11 1:47,48,49,50,51,52,53',
    '0:12',
  ])
})

test('what the state holds of a prompt is not evaluated again, and the rest of the state is dropped', async () => {
  const { scheduler, start, told } = open()
  await tokensOf(start(0, [1, 2, 3], 3))
  expect(told.cells[0]).toEqual([1, 2, 3, 4, 5])
  expect(scheduler.reusable(0, [1, 2, 3, 4, 9])).toBe(4)
  const again = start(0, [1, 2, 3, 4, 9], 1)
  await tokensOf(again)
  expect(again.cachedTokens()).toBe(4)
  expect(told.batches.at(-1)).toBe('0:9')
  const same = start(0, [1, 2], 1)
  await tokensOf(same)
  expect([same.cachedTokens(), told.batches.at(-1)]).toEqual([1, '0:2'])
})

test('a state that cannot go back is used only as a whole', async () => {
  const { scheduler, start, told } = open({ canTrim: false })
  await tokensOf(start(0, [1, 2, 3], 2))
  expect(scheduler.reusable(0, [1, 2, 9])).toBe(0)
  expect(scheduler.reusable(0, [1, 2, 3, 4, 5])).toBe(4)
  await tokensOf(start(0, [1, 2, 9], 1))
  expect(told.batches.at(-1)).toBe('0:1,2,9')
})

test('nobody reads: it stops a few tokens ahead; another goes on', async () => {
  const { start, told } = open()
  const unread = start(0, [10], 50)[Symbol.asyncIterator]()
  await unread.next()
  expect(await tokensOf(start(1, [10], 40))).toHaveLength(40)
  expect(told.cells[0]?.length).toBeLessThan(14)
  await unread.return?.()
})

test('leaving and aborting end it, and the sequence serves the next', async () => {
  const { start } = open()
  for await (const _ of start(0, [1], 50)) break
  const leaving = new AbortController()
  const aborted = tokensOf(start(1, [1], 50, leaving.signal))
  leaving.abort(new Error('gone'))
  await expect(aborted).rejects.toThrow('gone')
  expect(await tokensOf(start(0, [5], 2))).toEqual([6, 7])
  expect(await tokensOf(start(1, [7], 2))).toEqual([8, 9])
})

test('an abort does not wait for the batch that is being evaluated', async () => {
  const { start, told } = open()
  const held = Promise.withResolvers<void>()
  told.hold = held.promise
  const leaving = new AbortController()
  const aborted = tokensOf(start(0, [1], 50, leaving.signal))
  await new Promise(setImmediate)
  leaving.abort(new Error('gone'))
  await expect(aborted).rejects.toThrow('gone')
  const next = tokensOf(start(0, [3], 2))
  held.resolve()
  expect(await next).toEqual([4, 5])
  expect(told.cells[0]).toEqual([3, 4])
})

test('a batch that fails ends its runs, and their sequences begin anew', async () => {
  const { scheduler, start, told } = open()
  await tokensOf(start(0, [1, 2], 2))
  told.broken = true
  await expect(tokensOf(start(0, [1, 2, 3], 2))).rejects.toThrow('Eval has failed')
  told.broken = false
  expect(scheduler.reusable(0, [1, 2, 3])).toBe(0)
  expect(await tokensOf(start(0, [1, 2], 2))).toEqual([3, 4])
})

test('a chooser that cannot be made fails its own run only', async () => {
  const { scheduler, start } = open()
  const bad = scheduler.start({
    sequence: 0,
    prompt: [1],
    limit: 2,
    signal: never,
    createChooser: () => {
      throw new Error('no such grammar')
    },
  })
  const [other] = await Promise.all([
    tokensOf(start(1, [1], 2)),
    expect(tokensOf(bad)).rejects.toThrow('no such grammar'),
  ])
  expect(other).toEqual([2, 3])
})

test('closing fails who is left', async () => {
  const { scheduler, start } = open()
  const endless = start(0, [1], 1_000)[Symbol.asyncIterator]()
  await endless.next()
  await scheduler.close(new Error('closed'))
  await expect(tokensOf({ [Symbol.asyncIterator]: () => endless })).rejects.toThrow('closed')
  expect(() => start(0, [1], 1)).toThrow('closed')
})
