import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLog } from '@berth/platform/log'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeRandomGguf } from '../../../bench/gguf/write.ts'
import type { Engine } from '../engine/engine.ts'
import { generate } from '../engine/generate.ts'
import { loadEngine } from '../engine/llama.ts'
import { createRules } from './gbnf.ts'
import { addSchema } from './schema.ts'

/** Draws JSON Schemas with every keyword that is supported; the same seed, the same schema. */
function drawSchema(seed: number): object {
  let state = seed * 2_654_435_761
  const draw = (below: number) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) >>> 0
    return (state >>> 8) % below
  }
  const pick = <One>(some: readonly One[]): One => some[draw(some.length)] as One
  const schema = (depth: number): object => {
    const scalars = [string, number, literals, () => ({ type: pick(['boolean', 'null']) })]
    const nested = [object, object, array, union, tuple]
    return pick(depth > 2 ? scalars : [...scalars, ...nested])(depth + 1)
  }
  const string = () =>
    pick([
      { type: 'string', maxLength: 1 + draw(8) },
      { type: 'string', minLength: 1 + draw(4), maxLength: 6 + draw(8) },
      { type: 'string', format: pick(['date', 'time', 'date-time', 'uuid', 'ipv4', 'email', 'hostname']) },
      {
        type: 'string',
        pattern: pick(['^[a-z]{2,5}$', '\\d+(-\\d{2}){1,3}', '^("\\w"|[^a-z\\s]{2})\\\\?$']),
      },
    ])
  const number = () => {
    const from = draw(200) - 100 + pick([0, 0.5, 0.25])
    return pick([
      { type: 'integer', minimum: from, maximum: from + 1 + draw(50) },
      { type: 'number', minimum: from, exclusiveMaximum: from + 1 + draw(50) },
      { type: pick(['integer', 'number']), exclusiveMinimum: from },
      { type: pick(['integer', 'number']) },
    ])
  }
  const literals = () => ({
    enum: ['a', 'ab', 'b"\\\n', 'é', 3, -1.5, null, [1], { a: { b: [] } }].slice(draw(6)),
  })
  const object = (depth: number) => {
    const keys = ['a', 'ab', 'b', 'long name', 'q"\\', 'é'].slice(0, 1 + draw(6))
    return {
      type: 'object',
      properties: Object.fromEntries(keys.map((key) => [key, schema(depth)])),
      required: keys.filter(() => draw(2) === 0),
      ...pick([{}, { additionalProperties: false }, { additionalProperties: { type: 'integer' } }]),
    }
  }
  const array = (depth: number) => ({
    type: 'array',
    items: schema(depth),
    minItems: draw(3),
    maxItems: 2 + draw(3),
  })
  const tuple = (depth: number) => {
    const prefixItems = [schema(depth), schema(depth)]
    return { type: 'array', prefixItems, minItems: 2, items: false }
  }
  const union = (depth: number) => ({ anyOf: [schema(depth), { type: ['null', 'integer'] }, { const: 'x' }] })
  return object(0)
}

const list = {
  $ref: '#/$defs/node',
  $defs: {
    node: {
      type: 'object',
      properties: {
        kind: { const: 'node' },
        next: { oneOf: [{ $ref: '#/$defs/node' }, { $ref: '#/$defs/end' }] },
      },
      required: ['kind', 'next'],
      additionalProperties: false,
    },
    end: {
      type: 'object',
      properties: { kind: { const: 'end' } },
      required: ['kind'],
      additionalProperties: false,
    },
  },
}
const schemas = [list, ...Array.from({ length: 12 }, (_, index) => drawSchema(index + 1))]

const folder = mkdtempSync(join(tmpdir(), 'berth-sampling-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const noise = join(folder, 'noise.gguf')
const tiny = {
  blocks: 2,
  width: 64,
  feedForward: 128,
  heads: 2,
  keyValueHeads: 1,
  vocabulary: 2_000,
  contextLength: 2_048,
}

describe.each([
  [
    'a model that tells stories',
    fileURLToPath(new URL('../../../infra/demo-model/storyteller.gguf', import.meta.url)),
  ],
  ['a model of noise', noise],
])('%s', (_what, path) => {
  let engine: Engine
  beforeAll(async () => {
    if (path === noise) await writeRandomGguf(noise, 'noise', tiny)
    const log = createLog('test', 'silent')
    engine = await loadEngine({
      path,
      name: 'sampled',
      contextSize: 512,
      sequences: 4,
      batchSize: 128,
      threads: 0,
      gpuLayers: 0,
      log,
    })
  }, 120_000)
  afterAll(() => engine.close())

  async function answer(schema: object, seed: number, temperature: number) {
    const rules = createRules()
    const grammar = rules.text(addSchema(schema, rules))
    const sequence = engine.sequences[seed % engine.sequences.length]
    if (!sequence) throw new Error('There is no sequence.')
    const { tokenize } = engine.vocabulary
    const sampling = {
      temperature,
      topP: 1,
      topK: 0,
      minP: 0,
      seed,
      frequencyPenalty: 0,
      presencePenalty: 0,
      grammar,
      bias: broken,
    }
    const order = { prompt: tokenize('Once', false), maxTokens: 500, stops: [], sampling }
    let text = ''
    const finish = await generate(engine, sequence, order, new AbortController().signal, (piece) => {
      text += piece.text
    })
    return { text, finish }
  }

  /** Bytes that begin what may be a character written longer than it is, which no text of people has, and which counts as several. */
  const broken: [number, number][] = []
  beforeAll(() => {
    for (let token = 0; token < engine.vocabulary.size; token += 1) {
      const isHalf = engine.vocabulary.piece(token).includes('\uFFFD')
      if (isHalf) broken.push([token, -100])
    }
  })

  test('every answer that ends by itself is valid, at any temperature', async () => {
    const ajv = new Ajv2020({ strict: false, unicodeRegExp: true })
    addFormats.default(ajv)
    const reasons = await Promise.all(
      Array.from({ length: engine.sequences.length }, async (_, lane) => {
        const ended: string[] = []
        for (let index = lane; index < schemas.length; index += engine.sequences.length) {
          const schema = schemas[index] ?? {}
          for (const temperature of [0.7, 2]) {
            const { text, finish } = await answer(schema, lane + 4 * index + 40 * temperature, temperature)
            ended.push(finish.reason)
            if (finish.reason === 'length') continue
            const isValid = ajv.validate(schema, JSON.parse(text))
            expect(isValid, `${JSON.stringify(schema)}\n${text}\n${ajv.errorsText()}`).toBe(true)
          }
        }
        return ended
      }),
    )
    // Such answers may well go on until their limit, but not always.
    const count = reasons.flat().filter((reason) => reason === 'stop').length
    expect(count).toBeGreaterThan(schemas.length / 2)
  }, 240_000)
})
