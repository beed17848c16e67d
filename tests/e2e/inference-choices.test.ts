import { newPerson } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import OpenAI from 'openai'
import { beforeAll, expect, inject, test } from 'vitest'

const berth = inject('berth')
let client: OpenAI
const model = 'storyteller'
const messages = [{ role: 'user' as const, content: 'Tell me a story about a fox' }]

beforeAll(async () => {
  const { token } = await newPerson(berth, 'choices')
  const { id, url } = await deploy(berth, token, { name: 'choices', model, runtime: { parallel: 2 } })
  await untilStatus(berth, token, id, 'READY')
  client = new OpenAI({ baseURL: url, apiKey: token, maxRetries: 0 })
})

test('several answers, also more than there are sequences, each with a seed of its own', async () => {
  const { choices, usage } = await client.chat.completions.create({
    model,
    messages,
    n: 4,
    seed: 7,
    temperature: 1.5,
    max_tokens: 12,
  })
  expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3])
  expect(new Set(choices.map(({ message }) => message.content)).size).toBeGreaterThan(1)
  expect(usage?.completion_tokens).toBe(48)
})

test('the same seed tells the same, alone and beside others', async () => {
  const tell = async (seed: number) =>
    (await client.chat.completions.create({ model, messages, seed, temperature: 1.5, max_tokens: 20 }))
      .choices[0]?.message.content
  const [first, second, other] = await Promise.all([tell(7), tell(7), tell(8)])
  expect(first).toBe(second)
  expect(first).not.toBe(other)
  expect(await tell(7)).toBe(first)
})

test('several answers in one stream, each put together by its index', async () => {
  const stream = client.chat.completions.stream({
    model,
    messages,
    n: 2,
    seed: 1,
    temperature: 1.5,
    max_tokens: 12,
  })
  const { choices } = await stream.finalChatCompletion()
  const whole = await client.chat.completions.create({
    model,
    messages,
    n: 2,
    seed: 1,
    temperature: 1.5,
    max_tokens: 12,
  })
  expect(choices.map(({ message }) => message.content)).toEqual(
    whole.choices.map(({ message }) => message.content),
  )
})

test('probabilities of the tokens, whole and streamed', async () => {
  const asked = { model, messages, temperature: 0, max_tokens: 8, logprobs: true, top_logprobs: 3 }
  const { choices } = await client.chat.completions.create(asked)
  const tokens = choices[0]?.logprobs?.content ?? []
  expect(tokens).toHaveLength(8)
  expect(tokens.map(({ token }) => token).join('')).toBe(choices[0]?.message.content)
  for (const { token, logprob, top_logprobs: top } of tokens) {
    expect(top).toHaveLength(3)
    expect(top[0]).toMatchObject({ token, logprob })
    expect(logprob).toBeLessThanOrEqual(0)
  }
  const streamed = await client.chat.completions.stream(asked).finalChatCompletion()
  expect(streamed.choices[0]?.logprobs?.content).toEqual(tokens)
})

test('a bias keeps a token away', async () => {
  const asked = { model, messages, temperature: 0, max_tokens: 1 }
  const { choices } = await client.chat.completions.create(asked)
  const first = choices[0]?.message.content
  // The model's tokens are few: the first is found by keeping one after the other away.
  const biased = await client.chat.completions.create({
    ...asked,
    logit_bias: Object.fromEntries(Array.from({ length: 300 }, (_, token) => [token, -100])),
  })
  expect(biased.choices[0]?.message.content).not.toBe(first)
  await expect(
    client.chat.completions.create({ ...asked, logit_bias: { '999999': 1 } }),
  ).rejects.toMatchObject({ status: 400, param: 'logit_bias' })
})
