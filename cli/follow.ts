import { describeBytes } from '@berth/platform/quantity'
import { type Ask, type Persist, Refused } from './graph.ts'
import type { Screen } from './progress.ts'

export interface Step {
  name: string
  status: string
  error: string | null
}

export interface Version {
  tag: string
  status: string
  model: { name: string }
  file: { sizeBytes: number } | null
  metadata: { architecture: string | null; quantization: string | null } | null
  retrieval: {
    status: string
    error: string | null
    bytesReceived: number
    bytesTotal: number | null
    steps: Step[]
  } | null
}

const query = `query ($id: ID!) { modelVersion(id: $id) { tag status model { name } file { sizeBytes }
  metadata { architecture quantization }
  retrieval { status error bytesReceived bytesTotal steps { name status error } } } }`

/** A small file is through at once; a large one takes minutes. */
const firstLookMs = 100
const slowestLookMs = 1_000

/**
 * Tells of the steps that verify, inspect and publish an uploaded file, until it is READY.
 * @throws Refused when it failed or was called off, with the reason; Away
 */
export async function follow(
  {
    ask,
    persist,
    screen,
    signal,
    pause,
  }: { ask: Ask; persist: Persist; screen: Screen; signal: AbortSignal; pause(ms: number): Promise<void> },
  versionId: string,
): Promise<void> {
  const read = () => ask<{ modelVersion: Version | null }>(query, { id: versionId }, signal)
  for (let look = firstLookMs; ; look = Math.min(look * 1.5, slowestLookMs)) {
    const { modelVersion: version } = await persist(read)
    const told = tellOf(version)
    if (told.kind === 'ready') return screen.say(told.line)
    if (told.kind === 'failed') throw new Refused(told.line)
    screen.show(told.line)
    await pause(look)
  }
}

const doing: Record<string, string> = { VERIFY: 'verifying', INSPECT: 'inspecting', PUBLISH: 'publishing' }

/** What a version's state means to whoever waits for it. */
export function tellOf(version: Version | null): { kind: 'ready' | 'failed' | 'waits'; line: string } {
  if (!version) return { kind: 'failed', line: 'The version was deleted meanwhile.' }
  const { retrieval, file, metadata, tag, status } = version
  const name = `${version.model.name}:${tag}`
  if (status === 'READY') {
    const what = [metadata?.architecture, metadata?.quantization, file && describeBytes(file.sizeBytes)]
    return { kind: 'ready', line: `${name} is READY: ${what.filter(Boolean).join(', ')}.` }
  }
  if (status === 'FAILED') return { kind: 'failed', line: retrieval?.error ?? `${name} failed.` }
  if (retrieval?.status === 'CANCELLED') return { kind: 'failed', line: `${name} was called off meanwhile.` }
  const step = retrieval?.steps.find((one) => one.status !== 'SUCCEEDED')
  const far =
    step?.name === 'VERIFY' && retrieval?.bytesTotal
      ? `  ${Math.floor((retrieval.bytesReceived / retrieval.bytesTotal) * 100)} %`
      : ''
  const why = step?.error ? `  ${step.error}` : ''
  return { kind: 'waits', line: `${name}  ${doing[step?.name ?? ''] ?? 'waiting'}${far}${why}` }
}
