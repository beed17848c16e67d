import { quote } from '@berth/platform/quote'
import type { Runtime } from '../records/server.ts'

/** What a caller asks to be deployed; absent fields may be null, as GraphQL gives them. */
export interface WantedServer {
  name?: string | null
  model?: string | null
  versionId?: string | null
  replicas?: number | null
  runtime?: { [Field in keyof Runtime]?: number | null } | null
}

/** A field that breaks a rule. */
export interface InputMistake {
  /** By its path, such as `runtime.contextSize`. */
  field: string
  message: string
}

const ranges: Record<keyof Runtime, { from: number; to: number; fallback: number }> = {
  contextSize: { from: 128, to: 1_048_576, fallback: 4_096 },
  parallel: { from: 1, to: 64, fallback: 4 },
  threads: { from: 1, to: 256, fallback: 2 },
  gpuLayers: { from: 0, to: 1_000, fallback: 0 },
  batchSize: { from: 16, to: 8_192, fallback: 512 },
}

export const maxReplicas = 100

/** What is wrong with the wanted fields by themselves, in the order of the schema. */
export function inputMistakes(wanted: WantedServer): InputMistake[] {
  const found = [nameMistake(wanted.name ?? ''), replicasMistake(wanted.replicas ?? 1)]
  if (!wanted.model)
    found.push({ field: 'model', message: 'A server needs a model: give the name of a registered one.' })
  for (const [field, { from, to }] of Object.entries(ranges)) {
    const value = wanted.runtime?.[field as keyof Runtime]
    if (value === null || value === undefined || (value >= from && value <= to)) continue
    found.push({
      field: `runtime.${field}`,
      message: `The ${field} ${value} is out of range; it can be ${from} to ${to}.`,
    })
  }
  return found.filter((mistake) => mistake !== undefined)
}

function nameMistake(name: string): InputMistake | undefined {
  if (/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) return undefined
  return {
    field: 'name',
    message: `The name ${quote(name)} cannot be used: it must be 1 to 40 lower-case letters, digits and hyphens, start with a letter, and end with a letter or digit.`,
  }
}

/** Replicas can be none, which keeps the server and runs no pod. */
export function replicasMistake(replicas: number): InputMistake | undefined {
  if (Number.isInteger(replicas) && replicas >= 0 && replicas <= maxReplicas) return undefined
  return {
    field: 'replicas',
    message: `${replicas} replicas cannot be had; ask for 0 to ${maxReplicas}.`,
  }
}

/**
 * The runtime with its defaults. The context is the model's own length, at most 4096, unless one is asked for; while the
 * model's length is not known it is 4096.
 */
export function completeRuntime(wanted: WantedServer['runtime'], contextLength: number | null): Runtime {
  const value = (field: keyof Runtime) => wanted?.[field] ?? ranges[field].fallback
  return {
    contextSize: wanted?.contextSize ?? defaultContext(contextLength),
    parallel: value('parallel'),
    threads: value('threads'),
    gpuLayers: value('gpuLayers'),
    batchSize: value('batchSize'),
  }
}

export function defaultContext(contextLength: number | null): number {
  const { from, fallback } = ranges.contextSize
  return Math.max(from, Math.min(contextLength ?? fallback, fallback))
}
