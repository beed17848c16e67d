import { parseArgs } from 'node:util'
import { type Part, parts } from '@berth/kit/parts'
import type { Place } from './berth.ts'
import { type ShapeName, shapes } from './gguf/shapes.ts'
import type { Runtime } from './inference/pod.ts'

export const measurements = ['deploy', 'status', 'gateway'] as const
export type Measurement = (typeof measurements)[number]

/** What is asked for by itself: these need no Berth, or one that they may break. */
const alone = ['inference', 'soak', 'objects', 'retrieval', 'chaos', 'fuzz', 'pod', 'gguf'] as const
export type Command = (typeof alone)[number] | 'berth'

export interface Arguments extends Place {
  command: Command
  wanted: Measurement[]
  sizeBytes: number
  seed: number
  /** What chaos may kill; empty for everything. */
  parts: Part[]
  rounds: number
  /** The number of fuzz's first round. */
  from: number
  /** Of each connection to a limited source. */
  bytesPerSecond: number
  changes: number
  pairs: number
  tokens: number
  requests: number
  widths: number[]
  /** OpenAI base URLs of the servers to compare, and the bearer token of the first. */
  target: string | undefined
  peer: string | undefined
  token: string
  runtime: Runtime
  shape: ShapeName
  /** Tokens of gguf's vocabulary; 0 for the shape's own. */
  vocabulary: number
  to: string | undefined
  json: string | undefined
}

const text = { type: 'string' } as const
const preset = (value: string) => ({ type: 'string', default: value }) as const

/** @throws with what is wrong in a sentence */
export function readArguments(args: string[], env: NodeJS.ProcessEnv): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      url: text,
      password: text,
      kubeconfig: text,
      model: preset('storyteller'),
      rounds: text,
      limit: preset('25'),
      from: preset('1'),
      seed: preset(String(Date.now() % 1_000_000)),
      parts: preset(''),
      changes: preset('100'),
      pairs: preset('20'),
      tokens: preset('128'),
      requests: preset('10000'),
      widths: preset('1,4,8,16'),
      size: text,
      target: text,
      peer: text,
      token: text,
      file: preset(''),
      parallel: preset('8'),
      threads: preset('0'),
      context: preset('1024'),
      batch: preset('512'),
      'gpu-layers': preset('0'),
      shape: preset('135M'),
      vocabulary: preset('0'),
      to: text,
      json: text,
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  const command = alone.find((name) => positionals.includes(name)) ?? 'berth'
  if (command !== 'berth' && (positionals.length > 1 || values.url)) {
    throw new Error(
      `${command} stands alone, and starts what it needs itself: no other measurement, no --url.`,
    )
  }
  const wanted =
    command === 'berth' ? positionals.map((name) => oneOf('measurement', measurements, name)) : []
  const { url, model, target, peer, to, json } = values
  return {
    command,
    wanted: wanted.length > 0 ? wanted : [...measurements],
    url,
    password: values.password ?? env.BERTH_ADMIN_PASSWORD,
    kubeconfig: values.kubeconfig ?? env.KUBECONFIG,
    model,
    target,
    peer,
    token: values.token ?? env.BERTH_TOKEN ?? 'none',
    to,
    json,
    runtime: {
      file: values.file,
      parallel: count('parallel', values.parallel),
      contextSize: count('context', values.context),
      batchSize: count('batch', values.batch),
      threads: count('threads', values.threads, 0),
      gpuLayers: count('gpu-layers', values['gpu-layers'], 0),
    },
    shape: oneOf('shape', Object.keys(shapes) as ShapeName[], values.shape),
    vocabulary: count('vocabulary', values.vocabulary, 0),
    sizeBytes: bytes('size', values.size ?? (command === 'retrieval' ? '2GiB' : '1GiB')),
    seed: count('seed', values.seed),
    parts: values.parts
      .split(',')
      .filter(Boolean)
      .map((name) => oneOf('part', parts, name)),
    widths: values.widths.split(',').map((width) => count('widths', width)),
    rounds: count('rounds', values.rounds ?? (command === 'retrieval' ? '3' : '5')),
    bytesPerSecond: count('limit', values.limit) * 1e6,
    from: count('from', values.from),
    changes: count('changes', values.changes),
    pairs: count('pairs', values.pairs),
    tokens: count('tokens', values.tokens),
    requests: count('requests', values.requests),
  }
}

function oneOf<Name extends string>(what: string, names: readonly Name[], name: string): Name {
  const found = names.find((one) => one === name)
  if (!found) throw new Error(`There is no ${what} "${name}"; there are ${names.join(', ')}.`)
  return found
}

function count(name: string, value: string, least = 1): number {
  const number = Number(value)
  if (value !== '' && Number.isInteger(number) && number >= least) return number
  throw new Error(`--${name} takes a whole number from ${least}, not "${value}".`)
}

function bytes(name: string, value: string): number {
  const [, number = '', unit] = value.match(/^([1-9][0-9]*)(MiB|GiB)$/) ?? []
  if (!unit) throw new Error(`--${name} takes a size such as 256MiB or 5GiB, not "${value}".`)
  return Number(number) * (unit === 'GiB' ? 2 ** 30 : 2 ** 20)
}
