import { bertDimensions, bertModel } from '@berth/kit/bert-model'
import { openBrowser } from '@berth/kit/browser'
import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { wordyModel } from '@berth/kit/wordy-model'
import OpenAI from 'openai'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { file, type Source, startSource } from '../fixtures/source.ts'

const berth = inject('berth')
let ann: Person
let source: Source
let browser: Browser | undefined

beforeAll(async () => {
  source = await startSource()
  ann = await newPerson(berth, 'ann')
})
afterAll(async () => {
  await browser?.close()
  await source.close()
})

async function serve(name: string, model: Buffer, runtime: object): Promise<{ id: string; client: OpenAI }> {
  const uri = source.give(`/${name}.gguf`, file(model))
  await field(
    berth,
    'mutation ($input: RegisterModelInput!) { registerModel(input: $input) { __typename } }',
    { input: { name, source: { uri } } },
    ann.token,
  )
  const { id, url } = await deploy(berth, ann.token, { name, model: name, runtime })
  await untilStatus(berth, ann.token, id, 'READY')
  return { id, client: new OpenAI({ baseURL: url, apiKey: ann.token, maxRetries: 0 }) }
}

test('what a server does is told while it does it, in the graph and on its page', async () => {
  const { id, client } = await serve('endless', wordyModel(8), { parallel: 1, contextSize: 16_384 })
  const usage = async () => (await readServer(berth, ann.token, id))?.usage
  await until('it is known that nothing happens', async () => {
    const now = await usage()
    return now?.sequencesBusy === 0 && now.queueLength === 0 && now.requestsPerMinute === 0
  })
  const ask = (max_tokens: number, signal?: AbortSignal) =>
    client.chat.completions.create(
      { model: 'endless', messages: [{ role: 'user', content: 'fox' }], max_tokens },
      { signal },
    )
  await ask(20)
  await until('the request is counted', async () => (await usage())?.requestsPerMinute === 1)
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  // An answer comes to its end some time: another one is asked for then, as long as this is looked at.
  const keepAsking = async () => {
    while (!leaving.signal.aborted) await ask(16_000, leaving.signal).catch(() => undefined)
  }
  const running = [1, 2, 3].map(keepAsking)
  await until('all of it is told', async () => {
    const now = await usage()
    return now?.sequencesBusy === 1 && now.queueLength === 2 && (now.tokensPerSecond ?? 0) > 1
  })

  browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  page.setDefaultTimeout(60_000)
  await page.goto(`${berth}/servers/${id}`)
  await page.getByLabel('Username').fill(ann.username)
  await page.getByLabel('Password').fill(ann.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('1 / 1').nth(1).waitFor()
  await page.getByText('2 in the queue').waitFor()
  await page.getByText(/^[\d.]+ tokens\/s$/).waitFor()
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/activity.png` })
  leaving.abort()
  await Promise.all(running)
  await page.getByText('0 in the queue').waitFor()
  await page.getByText('0 / 1').waitFor()
})

test('a model for embeddings is served through the gateway, by the server and by the name of the model', async () => {
  const { client } = await serve('bert', bertModel(), { parallel: 1 })
  const any = new OpenAI({ baseURL: `${berth}/v1`, apiKey: ann.token, maxRetries: 0 })
  const [one, other] = await Promise.all(
    [client, any].map((via) => via.embeddings.create({ model: 'bert', input: ['the fox'] })),
  )
  expect(one?.data[0]?.embedding).toHaveLength(bertDimensions)
  expect(other?.data).toEqual(one?.data)
  await expect(
    client.chat.completions.create({ model: 'bert', messages: [{ role: 'user', content: 'fox' }] }),
  ).rejects.toMatchObject({ status: 400, code: 'unsupported_model' })
  const told = await client.post<{ count: number }>('/tokenize', { body: { content: 'the fox' } })
  expect(told.count).toBe(one?.usage.prompt_tokens)
})
