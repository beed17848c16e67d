import { expect, test } from 'vitest'
import type { Engine, Sequence } from './engine.ts'
import { generate, greedy, type Order } from './generate.ts'

/** A vocabulary of bytes in which 0 ends an answer. */
const engine: Pick<Engine, 'vocabulary' | 'contextSize'> = {
  contextSize: 64,
  vocabulary: {
    size: 256,
    piece: (token) => String.fromCharCode(token),
    tokenize: (text) => [...Buffer.from(text)],
    detokenize: (tokens) => Buffer.from(tokens).toString('utf8'),
    isEnd: (token) => token === 0,
    controlTexts: [],
    begin: undefined,
    end: undefined,
    beginText: '',
    endText: '',
  },
}

/** A sequence that says what it is told to, and notes whether it was left. */
function saying(text: string) {
  const told = { evaluated: 0, left: false }
  async function* choices(limit: number) {
    try {
      for (const token of Buffer.from(text).subarray(0, limit)) {
        told.evaluated += 1
        yield { token }
      }
    } finally {
      told.left = true
    }
  }
  const sequence: Sequence = {
    reusable: () => 3,
    held: () => 3,
    generate: (_prompt, _sampling, limit) => ({
      cachedTokens: () => 3,
      [Symbol.asyncIterator]: () => choices(limit),
    }),
  }
  return { sequence, told }
}

const order: Order = {
  prompt: [1, 2, 3, 4, 5],
  maxTokens: 100,
  stops: [],
  sampling: greedy,
}

async function all(text: string, replaced: Partial<Order> = {}) {
  const { sequence, told } = saying(text)
  const pieces: string[] = []
  const signal = new AbortController().signal
  const finish = await generate(
    engine,
    sequence,
    { ...order, ...replaced },
    signal,
    ({ text: piece }) => void pieces.push(piece),
  )
  return { pieces, text: pieces.join(''), finish, told }
}

test('an answer ends where the model ends it', async () => {
  expect(await all('the fox\0 and more')).toMatchObject({
    text: 'the fox',
    finish: { reason: 'stop', promptTokens: 5, cachedTokens: 3, completionTokens: 7 },
    told: { left: true },
  })
})

test('it ends at the limit, and nothing is evaluated beyond it', async () => {
  const { text, finish, told } = await all('the fox and the hen', { maxTokens: 7 })
  expect([text, finish.reason, finish.completionTokens, told.evaluated]).toEqual(['the fox', 'length', 7, 7])
})

test("it ends at the context's end", async () => {
  const { finish } = await all('x'.repeat(100), { prompt: Array.from({ length: 60 }, () => 1) })
  expect(finish).toMatchObject({ reason: 'length', promptTokens: 60, completionTokens: 4 })
})

test('a stop string is left out, and its tokens are counted', async () => {
  const { text, finish } = await all('the fox. The hen.', { stops: ['. T'] })
  expect([text, finish.reason, finish.completionTokens]).toEqual(['the fox', 'stop', 10])
})

test('what was held back for a stop string comes at the end', async () => {
  expect(await all('wait.\0', { stops: ['...'] })).toMatchObject({
    text: 'wait.',
    finish: { reason: 'stop' },
  })
})

test('characters come whole, and half of one at the limit not at all', async () => {
  expect((await all('🦊🦊')).pieces).toEqual(['🦊', '🦊'])
  expect(await all('a🦊', { maxTokens: 3 })).toMatchObject({ text: 'a', finish: { reason: 'length' } })
})

test('an abort ends it with its reason, and the sequence is left', async () => {
  const leaving = new AbortController()
  const { sequence, told } = saying('the fox')
  const generation = generate(engine, sequence, order, leaving.signal, () => leaving.abort(new Error('gone')))
  await expect(generation).rejects.toThrow('gone')
  expect(told).toEqual({ evaluated: 2, left: true })
})

test('whoever takes the text sets the pace, and may end it', async () => {
  const { sequence, told } = saying('the fox')
  const generation = generate(engine, sequence, order, new AbortController().signal, async () => {
    await Promise.resolve()
    throw new Error('too slow')
  })
  await expect(generation).rejects.toThrow('too slow')
  expect(told).toEqual({ evaluated: 1, left: true })
})
