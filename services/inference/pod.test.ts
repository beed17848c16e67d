import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '@berth/kit/condition'
import { isReady, type Pod, startPod } from '@berth/kit/pod'
import { wordyModel } from '@berth/kit/wordy-model'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The real process with the storyteller, whose context is long here, and whose stories are long and never end. */
const ending = new AsyncDisposableStack()
const storyteller = fileURLToPath(new URL('../../infra/demo-model/storyteller.gguf', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'berth-pod-'))
const path = join(folder, 'endless.gguf')
const parallel = 2
let pod: Pod
let client: OpenAI
/** Another one, with the storyteller as it is. */
let tellerPod: Pod
let teller: OpenAI
const clientOf = ({ url, token }: Pod) => new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 })

const start = (env: Record<string, string> = {}) =>
  startPod(path, ending, { PARALLEL: String(parallel), CONTEXT_SIZE: '8192', BATCH_SIZE: '64', ...env })

beforeAll(async () => {
  writeFileSync(path, wordyModel(4_000))
  pod = await start({ QUEUE_PER_SEQUENCE: '1' })
  tellerPod = await startPod(storyteller, ending, { PARALLEL: '4' })
  client = clientOf(pod)
  teller = clientOf(tellerPod)
  await until('the pods are ready', async () => (await isReady(pod)) && (await isReady(tellerPod)), 120_000)
}, 180_000)
afterAll(async () => {
  await ending.disposeAsync()
  rmSync(folder, { recursive: true })
}, 60_000)

const gauge = async (name: string, of = pod) =>
  (await of.metrics()).get(`berth_inference_${name}`) ?? Number.NaN
const idle = () => until('nobody is served', async () => (await gauge('sequences_busy')) === 0, 120_000)
const say = (content: string) => [{ role: 'user' as const, content }]
/** Some thousands of tokens, each time others: nothing of it is there already. */
const longText = (seed: number) =>
  Array.from({ length: 1_000 }, (_, at) => `fox ${(at * seed) % 97}`).join(' ')

/** A request whose answer is read as the test wants: not at all, unless somebody reads. */
function ask(body: object, of = pod): { response: Promise<IncomingMessage>; leave(): void } {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const sent = httpRequest(`${of.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${of.token}`, 'content-type': 'application/json' },
  })
  sent.on('response', resolve).on('error', reject)
  sent.end(JSON.stringify(body))
  promise.catch(() => undefined)
  return { response: promise, leave: () => void sent.destroy() }
}

test('a client that leaves while its long prompt is evaluated ends that', async () => {
  const leftBefore = (await gauge('requests_total{endpoint="chat",outcome="left"}')) || 0
  const promptsBefore = await gauge('prompt_tokens_total')
  const leaving = [3, 5].map((seed) => ask({ messages: say(longText(seed)), max_tokens: 4 }))
  await until('both sequences are busy', async () => (await gauge('sequences_busy')) === parallel)
  for (const { leave } of leaving) leave()
  await idle()
  expect(await gauge('requests_total{endpoint="chat",outcome="left"}')).toBe(leftBefore + 2)
  expect(await gauge('prompt_tokens_total')).toBe(promptsBefore)
  const { usage } = await client.chat.completions.create({
    model: 'fox',
    messages: say(longText(3)),
    max_tokens: 2,
  })
  expect(usage?.completion_tokens).toBe(2)
  // Of what was evaluated for the one who left, something is there, but not all.
  expect(usage?.prompt_tokens_details?.cached_tokens).toBeLessThan((usage?.prompt_tokens ?? 0) - 1)
}, 240_000)

test('one who does not read slows nobody down, and is never given more than its part', async () => {
  await idle()
  const slow = ask({ messages: say('whale'), stream: true, max_tokens: 7_000 })
  await slow.response
  // Until its buffers are full it is answered as everybody is.
  let produced = -1
  let looks = 0
  await until(
    'nothing more is made for it',
    async () => {
      const now = await gauge('completion_tokens_total')
      // In looks, not in time: a pod that gets no turn on a busy machine tells nothing either.
      looks = now === produced ? looks + 1 : 0
      produced = now
      return looks === 30
    },
    120_000,
  )
  expect(await gauge('sequences_busy')).toBe(1)
  const max_tokens = 200
  for (const answers of [1, 2]) {
    await client.chat.completions.create({ model: 'fox', messages: say('fox'), max_tokens })
    // All that is made is for those who read.
    expect(await gauge('completion_tokens_total')).toBe(produced + answers * max_tokens)
  }
  slow.leave()
  await idle()
}, 240_000)

test('a full queue is told with a time that comes true', async () => {
  await idle()
  // They are not read, so they do not end by themselves.
  const unread = [1, 2].map(() => ask({ messages: say('robot'), stream: true, max_tokens: 7_000 }))
  await until('both sequences are busy', async () => (await gauge('sequences_busy')) === parallel)
  const waiting = [1, 2].map(() => ask({ messages: say('robot'), max_tokens: 600 }))
  await until('the queue is full', async () => (await gauge('queue_length')) === parallel)
  const refused = await client.chat.completions.create({ model: 'fox', messages: say('robot') }).then(
    () => undefined,
    (error: InstanceType<typeof OpenAI.APIError>) => error,
  )
  const retryAfter = Number(refused?.headers?.get('retry-after'))
  expect(refused).toMatchObject({ status: 429, code: 'queue_full' })
  expect(refused?.message).toContain(`there is room in ${retryAfter} s`)
  expect(retryAfter).toBeGreaterThanOrEqual(1)
  expect(retryAfter).toBeLessThan(300)
  for (const { leave } of unread) leave()
  for (const { response } of waiting) (await response).resume()
  await idle()
  expect(await gauge('queue_wait_seconds_count')).toBeGreaterThan(4)
}, 240_000)

type Message = OpenAI.ChatCompletionMessageParam
const chat = async (messages: Message[]) => {
  const stream = await teller.chat.completions.create({
    model: 'fox',
    messages,
    max_tokens: 60,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  })
  let text = ''
  let usage: OpenAI.CompletionUsage | undefined | null
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    usage = chunk.usage ?? usage
  }
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0
  return { text, cached, prompt: usage?.prompt_tokens ?? 0, said: usage?.completion_tokens ?? 0 }
}

test('conversations that take turns each find their history, though others came in between', async () => {
  const talks = ['fox', 'whale'].map((about) => ({
    messages: say(`Tell me a story about a ${about}`) as Message[],
    held: 0,
  }))
  for (let turn = 0; turn < 4; turn += 1) {
    for (const talk of talks) {
      const { text, cached, prompt, said } = await chat(talk.messages)
      // All of the prompt and the answer before, but for the answer's last token: its outcome was of no use yet.
      if (turn > 0) expect(cached).toBeGreaterThanOrEqual(talk.held - 1)
      expect(cached).toBeLessThan(prompt)
      talk.held = prompt + said
      talk.messages.push({ role: 'assistant', content: text }, ...say('Go on'))
      // Somebody who asks once, whose prompt begins as all do.
      await chat(say(`Tell me about ${turn} robots`))
    }
  }
  expect(await gauge('cached_prompt_tokens_total', tellerPod)).toBeGreaterThan(500)
}, 120_000)

test('text is told as tokens, and tokens as text', async () => {
  const post = async (endpoint: string, body: object) => {
    const response = await fetch(`${tellerPod.url}/v1/${endpoint}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tellerPod.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Record<string, unknown>
  }
  const content = 'Once upon a time <|im_start|> ä'
  const told = await post('tokenize', { content, with_pieces: true })
  expect(told).toMatchObject({ count: (told.tokens as number[]).length, max_model_len: 1_024 })
  expect(told.pieces).toContain('<|im_start|>')
  expect(await post('tokenize', { prompt: content, add_special: false })).toMatchObject({
    tokens: told.tokens,
  })
  expect(await post('detokenize', { tokens: told.tokens })).toEqual({ content })
  const { usage } = await teller.chat.completions.create({
    model: 'fox',
    messages: say('fox'),
    max_tokens: 1,
  })
  expect(await post('tokenize', { messages: say('fox') })).toMatchObject({ count: usage?.prompt_tokens })
  expect(await post('tokenize', { content: '' })).toMatchObject({ tokens: [], count: 0 })
  expect(await post('tokenize', { content, messages: [] })).toMatchObject({ error: { param: 'content' } })
  expect(await post('tokenize', { messages: [] })).toMatchObject({ error: { param: 'messages' } })
  expect(await post('tokenize', { content, nonsense: 1 })).toMatchObject({ error: { param: 'nonsense' } })
  expect(await post('detokenize', { tokens: [1, 99_999] })).toMatchObject({ error: { param: 'tokens[1]' } })
})

test('a model for answers has no embeddings, and says so', async () => {
  const refused = { status: 400, code: 'unsupported_model', param: 'model' }
  await expect(client.embeddings.create({ model: 'fox', input: 'fox' })).rejects.toMatchObject(refused)
})

test('its memory and its work can be measured', async () => {
  for (const name of ['weights_bytes', 'context_bytes', 'prompt_tokens_total', 'cached_prompt_tokens_total'])
    expect(await gauge(name), name).toBeGreaterThan(0)
  for (const name of ['time_to_first_token_seconds', 'time_per_token_seconds', 'queue_wait_seconds'])
    expect(await gauge(`${name}_count`), name).toBeGreaterThan(0)
})

test('told to end, it is not ready at once, finishes what runs, and exits with 0', async () => {
  const own = await start({ GRACE_SECONDS: '120' })
  await until('the pod is ready', () => isReady(own), 120_000)
  // It is not read, so it goes on until its client leaves.
  const unread = ask({ messages: say('whale'), stream: true, max_tokens: 7_000 }, own)
  await unread.response
  const { response } = ask({ messages: say('dragon'), stream: true, max_tokens: 400 }, own)
  const answer = await response
  own.process.kill('SIGTERM')
  await until('it is not ready', async () => !(await isReady(own)))
  unread.leave()
  let text = ''
  for await (const chunk of answer) text += chunk
  expect(text).toContain('"finish_reason":"length"')
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  await until('it has ended', () => own.process.exitCode !== null)
  expect(own.process.exitCode).toBe(0)
}, 240_000)
