import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { wordyModel } from '@berth/kit/wordy-model'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { file, type Source, startSource } from '../fixtures/source.ts'

/**
 * Models that retrieval has no reason to refuse, and that no pod can serve: what the pod said last is what the server's
 * message tells.
 */
const berth = inject('berth')
const whole = readFileSync(resolve(import.meta.dirname, '../../infra/demo-model/storyteller.gguf'))
let ann: Person
let source: Source

beforeAll(async () => {
  source = await startSource()
  ann = await newPerson(berth, 'ann')
})
afterAll(() => source.close())

/** Where in the file something begins that follows this text. */
function after(text: string): number {
  const at = whole.indexOf(text)
  if (at < 0) throw new Error(`The storyteller has no ${text}.`)
  return at + text.length
}
const valueType = 4
const textLength = 8

function changed(change: (model: Buffer) => void): Buffer {
  const model = Buffer.from(whole)
  change(model)
  return model
}
const withNumber = (key: string, value: number) =>
  changed((model) => model.writeUInt32LE(value, after(key) + valueType))
const withText = (key: string, value: string) =>
  changed((model) => model.write(value, after(key) + valueType + textLength))
/** A tensor's type stands behind the number of its dimensions and the dimensions. */
const withTensorType = (tensor: string, type: number) =>
  changed((model) => {
    const at = after(tensor)
    model.writeUInt32LE(type, at + 4 + model.readUInt32LE(at) * 8)
  })

const broken: [name: string, model: Buffer, why: RegExp][] = [
  ['architecture', withText('general.architecture', 'llamx'), /unknown model architecture: 'llamx'/],
  [
    'quantisation',
    withTensorType('token_embd.weight', 99),
    /token_embd\.weight has the quantisation type 99/,
  ],
  [
    'missing-tensor',
    changed((model) => model.write('Q', after('blk.0.attn_q') - 1)),
    /missing tensor 'blk\.0\.attn_q\.weight'/,
  ],
  ['tokenizer', withText('tokenizer.ggml.model', 'zpt2'), /unknown tokenizer: 'zpt2'/],
  [
    'template',
    withText('tokenizer.chat_template', '{% if %}'),
    /chat template of the model .* is not valid Jinja/,
  ],
  ['no-context', withNumber('llama.context_length', 0), /claims a context of no tokens/],
  ['no-numbers', changed((model) => model.fill(0xff, model.length - 2_000_000)), /its weights are damaged/],
  // Here llama.cpp ends the process by itself.
  [
    'no-heads',
    withNumber('llama.attention.head_count', 0),
    /ended while it loaded the model .*the file is damaged/,
  ],
]

async function register(name: string, model: Buffer, tag?: string): Promise<void> {
  const uri = source.give(`/${name}-${tag ?? 'first'}.gguf`, file(model))
  const { version, message } = await field<{ version?: { id: string }; message?: string }>(
    berth,
    `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
      ... on RegisterModelSuccess { version { id } } ... on Error { message } } }`,
    { input: { name, tag, source: { uri } } },
    ann.token,
  )
  if (!version) throw new Error(`${name} was not registered: ${message}`)
}

const failed = (id: string) =>
  until(
    `the server ${id} has failed`,
    async () => {
      const server = await readServer(berth, ann.token, id)
      return server?.status === 'FAILED' && server
    },
    200_000,
  )

describe('a model that no pod can serve', () => {
  const servers = new Map<string, string>()
  beforeAll(async () => {
    for (const [name, model] of broken) {
      await register(name, model)
      const { id } = await deploy(berth, ann.token, { name, model: name, runtime: { parallel: 1 } })
      servers.set(name, id)
    }
  })

  test.each(broken)('%s: its server fails, and says why and what to do', async (name, _model, why) => {
    const id = servers.get(name) ?? ''
    const { message } = await failed(id)
    expect(message).toMatch(why)
    expect(message).toMatch(/register (another|a file)/i)
    expect(message).not.toContain('/models/')
    await act('deleteServer', id)
  })
})

const act = (action: string, id: string) =>
  field(berth, `mutation ($id: ID!) { ${action}(id: $id) { __typename } }`, { id }, ann.token)

test('one that needs more memory than its pod was given is told as that', async () => {
  // No real vocabulary has such words, and no estimate counts with them.
  await register('wordy', wordyModel(40_000))
  const { id } = await deploy(berth, ann.token, {
    name: 'wordy',
    model: 'wordy',
    runtime: { parallel: 1, contextSize: 256 },
  })
  const message = await until(
    'the pod has run out of memory',
    async () => {
      const server = await readServer(berth, ann.token, id)
      return server?.message?.includes('OOMKilled') && server.message
    },
    200_000,
  )
  expect(message).toMatch(/needed more memory than the pod may have; deploy it with a smaller contextSize/)
  await act('deleteServer', id)
})

test('it says so at once, does not try without end, and a whole file mends it', async () => {
  await register('mended', withText('general.architecture', 'llamx'))
  const { id } = await deploy(berth, ann.token, { name: 'mended', model: 'mended' })
  const first = await failed(id)
  // What was set up wrongly is told without waiting for more of the same.
  expect(first.kubernetes.pods.map(({ restarts }) => restarts < 3)).toEqual([true])
  await until('the pod waits before it tries again', async () => {
    const server = await readServer(berth, ann.token, id)
    expect(server?.status).toBe('FAILED')
    return server?.message?.includes('CrashLoopBackOff')
  })
  await act('startServer', id)
  expect((await failed(id)).message).toContain("'llamx'")
  await act('deleteServer', id)
  await until('it is gone', async () => (await readServer(berth, ann.token, id)) === null)

  await register('mended', whole, 'whole')
  const again = await deploy(berth, ann.token, { name: 'mended', model: 'mended' })
  await untilStatus(berth, ann.token, again.id, 'READY')
})
