import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bertContext, bertDimensions, bertModel } from '@berth/kit/bert-model'
import { until } from '@berth/kit/condition'
import { isReady, type Pod, startPod } from '@berth/kit/pod'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ending = new AsyncDisposableStack()
const folder = mkdtempSync(join(tmpdir(), 'berth-embeddings-'))
let pod: Pod
let client: OpenAI

beforeAll(async () => {
  const path = join(folder, 'bert.gguf')
  writeFileSync(path, bertModel())
  pod = await startPod(path, ending)
  client = new OpenAI({ baseURL: `${pod.url}/v1`, apiKey: pod.token, maxRetries: 0 })
  await until('the pod is ready', () => isReady(pod), 120_000)
}, 150_000)
afterAll(async () => {
  await ending.disposeAsync()
  rmSync(folder, { recursive: true })
})

const embed = async (input: OpenAI.EmbeddingCreateParams['input'], more = {}) =>
  client.embeddings.create({ model: 'fox', input, ...more })
const vectors = async (input: OpenAI.EmbeddingCreateParams['input'], more = {}) =>
  (await embed(input, more)).data.map(({ embedding }) => embedding)
const product = (a: number[] = [], b: number[] = []) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)

test('a text has a vector of length 1, the same each time, and another text has another one', async () => {
  const { data, usage, model, object } = await embed(['the fox', 'the whale', 'the fox'])
  expect({ model, object }).toEqual({ model: 'fox', object: 'list' })
  expect(data.map(({ index, object }) => [index, object])).toEqual([0, 1, 2].map((at) => [at, 'embedding']))
  const [fox, whale, again] = data.map(({ embedding }) => embedding)
  expect(fox).toHaveLength(bertDimensions)
  expect(product(fox, fox)).toBeCloseTo(1)
  expect(again).toEqual(fox)
  expect(product(fox, whale)).toBeLessThan(0.999)
  // 6 letters and 8, each text between two marks.
  expect(usage).toEqual({ prompt_tokens: 8 + 10 + 8, total_tokens: 26 })
  expect((await vectors('the whale'))[0]).toEqual(whale)
})

test('numbers come as a list or in base64, whichever was asked for', async () => {
  const ask = async (encoding_format: string) => {
    const response = await post({ input: 'fox', encoding_format })
    return ((await response.json()) as { data: [{ embedding: unknown }] }).data[0].embedding
  }
  const list = (await ask('float')) as number[]
  const bytes = Buffer.from((await ask('base64')) as string, 'base64')
  expect([...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)]).toEqual(
    list.map((value) => Math.fround(value)),
  )
})

test('tokens may be given as they are', async () => {
  const { tokens } = (await (await post({ content: 'fox' }, 'tokenize')).json()) as { tokens: number[] }
  const [one] = await vectors(tokens)
  expect(await vectors([tokens, tokens])).toEqual([one, one])
  expect((await vectors('fox'))[0]).toEqual(one)
})

const post = (body: object, endpoint = 'embeddings') =>
  fetch(`${pod.url}/v1/${endpoint}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${pod.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test.each([
  ['no input', {}, 'missing_required_parameter', 'input'],
  ['an empty text', { input: '' }, 'invalid_value', 'input'],
  ['an empty list', { input: [] }, 'invalid_value', 'input'],
  ['an unknown format', { input: 'a', encoding_format: 'int8' }, 'invalid_value', 'encoding_format'],
  ['other dimensions', { input: 'a', dimensions: 8 }, 'unsupported_parameter', 'dimensions'],
  ['an unknown parameter', { input: 'a', task: 'query' }, 'unsupported_parameter', 'task'],
  ['a token that is not there', { input: [1, 9_999] }, 'invalid_value', 'input'],
  ['too long a text', { input: ['a', 'a'.repeat(200)] }, 'context_length_exceeded', 'input[1]'],
])('%s is refused by name', async (_what, body, code, param) => {
  const response = await post(body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code, param } })
})

test('as many dimensions as there are may be asked for, and a text as long as the context', async () => {
  expect(await vectors('a', { dimensions: bertDimensions })).toHaveLength(1)
  expect(await vectors('a'.repeat(bertContext - 2))).toHaveLength(1)
})

test('it gives no answers', async () => {
  const messages = [{ role: 'user' as const, content: 'fox' }]
  const refused = { status: 400, code: 'unsupported_model', param: 'model' }
  await expect(client.chat.completions.create({ model: 'fox', messages })).rejects.toMatchObject(refused)
  await expect(client.completions.create({ model: 'fox', prompt: 'fox' })).rejects.toMatchObject(refused)
})

test('many at once all have theirs', async () => {
  const words = Array.from({ length: 20 }, (_, at) => String.fromCharCode(97 + at))
  const apart = await Promise.all(words.map(async (word) => (await vectors(word))[0]))
  expect(apart).toEqual(await vectors(words))
})
