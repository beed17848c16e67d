import type { Tone } from '../../design/badge.tsx'
import { formatDuration } from '../../design/formats.ts'
import { graphql } from '../../generated/gql.ts'
import type {
  RetrievalFactsFragment,
  RetrievalStepName,
  RetrievalStepStatus,
} from '../../generated/graphql.ts'

export const RetrievalFacts = graphql(`
  fragment RetrievalFacts on Retrieval {
    id
    status
    bytesReceived
    bytesTotal
    error
    createdAt
    finishedAt
    steps { name status attempts error startedAt finishedAt nextAttemptAt }
  }
`)

type Step = RetrievalFactsFragment['steps'][number]

const words: Record<RetrievalStepName, { word: string; doing: string }> = {
  RESOLVE: { word: 'Resolve', doing: 'Asking the source' },
  SIGN: { word: 'Sign', doing: 'Signing the address' },
  DOWNLOAD: { word: 'Download', doing: 'Downloading' },
  VERIFY: { word: 'Verify', doing: 'Comparing the digest' },
  INSPECT: { word: 'Inspect', doing: 'Reading the header' },
  PUBLISH: { word: 'Publish', doing: 'Publishing' },
}
const looks: Record<RetrievalStepStatus, { tone: Tone; mark: string }> = {
  PENDING: { tone: 'calm', mark: '' },
  RUNNING: { tone: 'busy', mark: '…' },
  SUCCEEDED: { tone: 'good', mark: ' ✓' },
  FAILED: { tone: 'bad', mark: ' failed' },
}

/** How a step is shown: the mark after its word is for those who do not see its colour. */
export function stepLook({ name, status }: Step): { tone: Tone; word: string; mark: string } {
  return { word: words[name].word, ...looks[status] }
}

export const isOver = ({ status }: Pick<RetrievalFactsFragment, 'status'>): boolean =>
  status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELLED'

/** The step that the retrieval is at: the one that runs or failed, else the first that is still to come. */
export function stepNow({ steps }: RetrievalFactsFragment): Step | undefined {
  return (
    steps.find(({ status }) => status === 'RUNNING' || status === 'FAILED') ??
    steps.find(({ status }) => status === 'PENDING')
  )
}

/** Bytes flow, or are meant to: not between two attempts, and not before or after the download. */
export function isFlowing(retrieval: RetrievalFactsFragment): boolean {
  const step = stepNow(retrieval)
  return (
    retrieval.status === 'RUNNING' &&
    step?.name === 'DOWNLOAD' &&
    step.status === 'RUNNING' &&
    !step.nextAttemptAt
  )
}

/** What a step waits for that may not begin yet, such as room beside other retrievals; the step says it in place of an error. */
export function queueText(retrieval: RetrievalFactsFragment): string | undefined {
  if (isOver(retrieval)) return undefined
  return retrieval.steps.find(({ status, error }) => status === 'PENDING' && error)?.error ?? undefined
}

/** What is tried again and why, while a retrieval waits after a failure. */
export function waitOf(retrieval: RetrievalFactsFragment): { step: Step; until: number } | undefined {
  const step = isOver(retrieval) ? undefined : retrieval.steps.find(({ nextAttemptAt }) => nextAttemptAt)
  return step?.nextAttemptAt ? { step, until: Date.parse(step.nextAttemptAt) } : undefined
}

/** When it goes on, such as `tries again in 12 s`. */
export function waitText(until: number, now: number): string {
  return until <= now ? 'tries again now' : `tries again in ${formatDuration((until - now) / 1_000)}`
}

/** What a retrieval does now, in words that change only when it does something else. */
export function retrievalNews(retrieval: RetrievalFactsFragment): string {
  const step = stepNow(retrieval)
  switch (retrieval.status) {
    case 'PENDING':
      return queueText(retrieval) ?? 'Waiting for its turn'
    case 'SUCCEEDED':
      return 'Retrieved'
    case 'CANCELLED':
      return 'Cancelled: what came was thrown away'
    case 'FAILED':
      return step ? `${words[step.name].word} failed` : 'Failed'
    case 'RUNNING':
      if (!step) return 'Finishing'
      if (step.status === 'PENDING') return queueText(retrieval) ?? words[step.name].doing
      return waitOf(retrieval) ? `${words[step.name].word} waits` : words[step.name].doing
  }
}
