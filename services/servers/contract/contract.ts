import { digest } from '@berth/platform/digest'
import { quote } from '@berth/platform/quote'
import type { ModelFacts } from '../models/facts.ts'
import type { Runtime, ServerRow } from '../records/server.ts'
import { completeRuntime, type InputMistake, inputMistakes, type WantedServer } from './input.ts'
import type { Limits } from './limits.ts'
import { estimateMemory, type MemoryEstimate, memoryRequest } from './memory.ts'
import { type QuotaLine, quotaLines, quotaReasons, type Reason, type Use, useOf } from './quota.ts'
import { storageReasons } from './storage.ts'

/** What would be recorded, and then applied. */
export interface Terms {
  name: string
  modelId: string
  modelName: string
  versionId: string
  replicas: number
  runtime: Runtime
  contextDefaulted: boolean
  /** Bytes that each pod asks for. */
  memoryRequest: number
}

/** What the contract says of a wish. It is allowed when there are no reasons against it; then there are terms. */
export interface Plan {
  reasons: Reason[]
  mistakes: InputMistake[]
  terms: Terms | null
  memory: MemoryEstimate | null
  retrievalNeeded: boolean
  quota: QuotaLine[]
}

export interface PlanSubject {
  wanted: WantedServer
  /** Null when the tenant has no such model or version. */
  facts: ModelFacts | null
  /** The tenant's server that has the name already. */
  holder: Pick<ServerRow, 'desired'> | undefined
  used: Use
  limits: Limits
}

/** Decides on a new server. Reads nothing and changes nothing. */
export function planServer({ wanted, facts, holder, used, limits }: PlanSubject): Plan {
  const mistakes = inputMistakes(wanted)
  const reasons: Reason[] = mistakes.map((mistake) => ({ code: 'INVALID_INPUT', ...mistake }))
  if (holder) reasons.push(nameTaken(wanted.name ?? '', holder))
  if (!facts && wanted.model) reasons.push(modelMissing(wanted))
  const runtime = completeRuntime(wanted.runtime, facts?.shape?.contextLength ?? null)
  const memory = facts && estimateMemory(facts.sizeBytes, facts.shape, runtime)
  const request = memoryRequest(memory, facts?.sizeBytes ?? null)
  if (facts) reasons.push(...contextReasons(facts, runtime), ...storageReasons(facts))
  const replicas = wanted.replicas ?? 1
  const usable = facts !== null && mistakes.length === 0
  const added = useOf({
    replicas: usable ? replicas : 0,
    threads: runtime.threads,
    memory: request,
  })
  const quota = quotaLines(used, used, usable ? added : nothing, limits)
  reasons.push(...quotaReasons(quota))
  const allowed = usable && reasons.length === 0
  return {
    reasons,
    mistakes,
    memory,
    retrievalNeeded: facts !== null && facts.status !== 'READY',
    quota,
    terms: allowed
      ? {
          name: wanted.name ?? '',
          modelId: facts.modelId,
          modelName: facts.modelName,
          versionId: facts.versionId,
          replicas,
          runtime,
          contextDefaulted: wanted.runtime?.contextSize == null,
          memoryRequest: request,
        }
      : null,
  }
}

const nothing: Use = { SERVERS: 0, REPLICAS: 0, CPU: 0, MEMORY: 0 }

function nameTaken(name: string, { desired }: Pick<ServerRow, 'desired'>): Reason {
  const message =
    desired === 'DELETED'
      ? `The server named ${name} is being deleted; try again in a moment, or choose another name.`
      : `There is a server named ${name} already; choose another name, or delete that one first.`
  return { code: 'NAME_TAKEN', message, field: 'name' }
}

function modelMissing({ model, versionId }: WantedServer): Reason {
  return {
    code: 'MODEL_NOT_FOUND',
    field: versionId != null ? 'versionId' : 'model',
    message:
      versionId != null
        ? `The model ${quote(model ?? '')} has no version ${quote(versionId)}; choose one of its versions, or leave the version out for the newest.`
        : `There is no model named ${quote(model ?? '')} with a version; register it first.`,
  }
}

/** A context beyond the model's own gives nonsense, so it is refused. */
export function contextReasons(facts: ModelFacts, { contextSize }: Pick<Runtime, 'contextSize'>): Reason[] {
  const longest = facts.shape?.contextLength
  if (!longest || contextSize <= longest) return []
  return [
    {
      code: 'CONTEXT_TOO_LONG',
      field: 'runtime.contextSize',
      message: `A context of ${contextSize} tokens is longer than the ${longest} that ${facts.modelName} was made for; ask for ${longest} or fewer.`,
    },
  ]
}

/** Stands for exactly what would be applied: a plan holds only while this stays the same. */
export const termsDigest = (terms: Terms) => digest(terms)

/** One sentence for several reasons. */
export const summarise = (reasons: readonly Reason[]) => reasons.map(({ message }) => message).join(' ')
