import { parseArgs } from 'node:util'
import type { Place } from './berth.ts'

export const measurements = ['deploy', 'status', 'inference'] as const
export type Measurement = (typeof measurements)[number]

export interface Arguments extends Place {
  wanted: Measurement[]
  rounds: number
  changes: number
  pairs: number
  tokens: number
  json: string | undefined
}

export const help = `Measures Berth: one that it starts for itself in a temporary folder, or a running one.

  npm run bench                              every measurement
  npm run bench -- deploy status             some of them
  npm run bench -- --url http://127.0.0.1:4000 --kubeconfig .berth/kubeconfig

  deploy       from deployServer to the first token, step by step, the model in the store
  status       from a pod's change in the cluster to the event at the client
  inference    time to first token and tokens/s through the gateway, and at the pod itself

  --url URL          the gateway of a running Berth; servers are deployed there as admin, and deleted
  --password TEXT    admin's password there (or BERTH_ADMIN_PASSWORD, which ps does not show)
  --kubeconfig FILE  its cluster (or KUBECONFIG); without it there is no status and no inference
  --model NAME       the model to serve (storyteller)
  --rounds N         rounds of deploy (5)
  --changes N        pod changes of status, at the least (100)
  --pairs N          pairs of batches of inference, for each number of streams (20)
  --tokens N         tokens of an answer, at most (128)
  --json FILE        writes everything that was measured
  --help, -h         this text
`

/** @throws with what is wrong in a sentence */
export function readArguments(args: string[], env: NodeJS.ProcessEnv): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      password: { type: 'string' },
      kubeconfig: { type: 'string' },
      model: { type: 'string', default: 'storyteller' },
      rounds: { type: 'string', default: '5' },
      changes: { type: 'string', default: '100' },
      pairs: { type: 'string', default: '20' },
      tokens: { type: 'string', default: '128' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  const wanted = positionals.map(measurementOf)
  const { url, model, json } = values
  return {
    wanted: wanted.length > 0 ? wanted : [...measurements],
    url,
    password: values.password ?? env.BERTH_ADMIN_PASSWORD,
    kubeconfig: values.kubeconfig ?? env.KUBECONFIG,
    model,
    json,
    rounds: count('rounds', values.rounds),
    changes: count('changes', values.changes),
    pairs: count('pairs', values.pairs),
    tokens: count('tokens', values.tokens),
  }
}

function measurementOf(name: string): Measurement {
  const found = measurements.find((one) => one === name)
  if (!found) throw new Error(`There is no measurement "${name}"; there are ${measurements.join(', ')}.`)
  return found
}

function count(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${name} takes a whole number from 1, not "${text}".`)
  return number
}
