import { fileURLToPath } from 'node:url'
import { createLog } from '@berth/platform/log'
import { Template } from '@huggingface/jinja'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine, Sampling } from './engine.ts'
import { generate, greedy, type WeighedToken, warmUp } from './generate.ts'
import { loadEngine } from './llama.ts'
import { createPrompts, type Prompts } from './prompt.ts'

const path = fileURLToPath(new URL('../../../infra/demo-model/storyteller.gguf', import.meta.url))

let engine: Engine
let prompts: Prompts

beforeAll(async () => {
  const log = createLog('test', 'silent')
  engine = await loadEngine({
    path,
    name: 'storyteller',
    contextSize: 512,
    sequences: 2,
    batchSize: 64,
    threads: 0,
    gpuLayers: 0,
    log,
  })
  prompts = createPrompts(engine, (source) => new Template(source))
  await warmUp(engine)
}, 120_000)
afterAll(() => engine.close())

async function tell(
  about: string,
  replaced: { sequence?: number; maxTokens?: number; stops?: string[]; sampling?: Sampling } = {},
) {
  const { sequence = 0, maxTokens = 300, stops = [], sampling = greedy } = replaced
  const chosen = engine.sequences[sequence]
  if (!chosen) throw new Error(`There is no sequence ${sequence}.`)
  const prompt = prompts.chat([{ role: 'user', content: `Tell me a story about a ${about}` }])
  const pieces: string[] = []
  const tokens: WeighedToken[] = []
  const signal = new AbortController().signal
  const finish = await generate(engine, chosen, { prompt, maxTokens, stops, sampling }, signal, (piece) => {
    pieces.push(piece.text)
    tokens.push(...(piece.tokens ?? []))
  })
  return { text: pieces.join(''), tokens, finish, prompt }
}

test('the story is about what was asked for, and its tokens are counted', async () => {
  const { text, finish, prompt } = await tell('fox')
  expect(text).toMatch(/fox/)
  expect(finish).toMatchObject({ reason: 'stop', promptTokens: prompt.length })
  expect(engine.vocabulary.tokenize(text, false).length).toBe(finish.completionTokens)
})

test('asked again, the prompt is there already, and the story is the same', async () => {
  const first = await tell('whale')
  const again = await tell('whale')
  expect(again.text).toBe(first.text)
  expect(again.finish.cachedTokens).toBe(again.prompt.length - 1)
})

test('two at once do not mix', async () => {
  const [fox, robot] = await Promise.all([tell('fox', { sequence: 0 }), tell('robot', { sequence: 1 })])
  expect(fox.text).toMatch(/fox/)
  expect(robot.text).toMatch(/robot/)
  expect(robot.text).not.toMatch(/fox/)
})

test('limits, stop words and seeds', async () => {
  expect((await tell('fox', { maxTokens: 5 })).finish).toMatchObject({
    reason: 'length',
    completionTokens: 5,
  })
  expect((await tell('fox', { stops: ['.'] })).text).not.toContain('.')
  const wild = (seed: number) =>
    tell('fox', { maxTokens: 40, sampling: { ...greedy, temperature: 1.5, seed } })
  expect((await wild(7)).text).toBe((await wild(7)).text)
  expect((await wild(7)).text).not.toBe((await wild(8)).text)
})

test('the probabilities of tokens are those of the model, whatever the temperature', async () => {
  const [cold, hot] = await Promise.all([
    tell('fox', { sequence: 0, maxTokens: 5, sampling: { ...greedy, logprobs: 3 } }),
    tell('fox', { sequence: 1, maxTokens: 1, sampling: { ...greedy, temperature: 1.9, logprobs: 3 } }),
  ])
  const tokens = cold.tokens
  expect(tokens.map(({ text }) => text).join('')).toBe(cold.text)
  for (const { text, logprob, top } of tokens) {
    expect(top).toHaveLength(3)
    // The greedy choice is the likeliest one, and no three are likelier than all.
    expect(top[0]).toMatchObject({ text, logprob })
    expect(top.reduce((sum, other) => sum + Math.exp(other.logprob), 0)).toBeLessThanOrEqual(1.0001)
    expect(logprob).toBeGreaterThan(-5)
  }
  expect(hot.tokens[0]?.top[0]?.logprob).toBeCloseTo(tokens[0]?.top[0]?.logprob ?? 0, 2)
})

test('a bias keeps a token away, or makes it come', async () => {
  const [first] = engine.vocabulary.tokenize((await tell('fox', { maxTokens: 1 })).text, false)
  const without = await tell('fox', {
    maxTokens: 1,
    sampling: { ...greedy, bias: [[first ?? 0, -100]] },
  })
  expect(engine.vocabulary.tokenize(without.text, false)[0]).not.toBe(first)
  const [wolf] = engine.vocabulary.tokenize(' wolf', false).slice(-1)
  const forced = await tell('fox', { maxTokens: 2, sampling: { ...greedy, bias: [[wolf ?? 0, 100]] } })
  expect(engine.vocabulary.tokenize(forced.text, false)).toEqual([wolf, wolf])
})

test('a grammar is kept to, and ends the answer', async () => {
  const sampling = { ...greedy, temperature: 1.5, grammar: 'root ::= "yes" | "no"' }
  for (const seed of [1, 2, 3]) {
    const { text, finish } = await tell('fox', { sampling: { ...sampling, seed } })
    expect(['yes', 'no']).toContain(text)
    expect(finish.reason).toBe('stop')
  }
  await expect(tell('fox', { sampling: { ...greedy, grammar: 'root ::= nowhere' } })).rejects.toThrow()
  expect((await tell('fox')).text).toMatch(/fox/)
})

test('a grammar begins after its trigger, and only there', async () => {
  const grammar = 'root ::= "!" | "?"'
  const after = { text: ' fox', atStart: false }
  for (const temperature of [0, 0.5]) {
    const { text, finish } = await tell('fox', {
      sampling: { ...greedy, temperature, grammar, trigger: after },
    })
    expect(text).toMatch(/^[^!?]* fox[!?]$/)
    expect(finish.reason).toBe('stop')
  }
  const plain = await tell('fox')
  const never = { text: 'nowhere', atStart: false }
  const late = { text: ' fox', atStart: true }
  for (const trigger of [never, late]) {
    expect((await tell('fox', { sampling: { ...greedy, grammar, trigger } })).text).toBe(plain.text)
  }
})

test('a grammar that the vocabulary cannot write fails by itself, and nothing with it', async () => {
  const sampling = { ...greedy, grammar: 'root ::= "\\x00"' }
  await expect(tell('fox', { sampling })).rejects.toThrow(/cannot write what the grammar asks for/)
  expect((await tell('fox')).text).toMatch(/fox/)
})

test('a prompt longer than one batch is evaluated in parts, and an abort ends that', async () => {
  const [sequence] = engine.sequences
  if (!sequence) throw new Error('There is no sequence.')
  const prompt = prompts.text('Once upon a time there was a fox. '.repeat(30))
  expect(prompt.length).toBeGreaterThan(128)
  const order = { prompt, maxTokens: 4, stops: [], sampling: greedy }
  const finish = await generate(engine, sequence, order, new AbortController().signal, () => undefined)
  expect(finish).toMatchObject({ promptTokens: prompt.length, completionTokens: 4 })
  await expect(
    generate(engine, sequence, order, AbortSignal.abort(new Error('gone')), () => undefined),
  ).rejects.toThrow('gone')
})
