/** What a pod does for its callers, as people watch it. */
export interface Activity {
  /** Requests that ended within the last minute, whatever became of them. */
  requestsPerMinute: number
  /** Tokens of answers, over the last ten seconds. */
  tokensPerSecond: number
  /** Answers that wait for their turn. */
  queueLength: number
  sequencesBusy: number
}

/** One look at a pod's counters. */
export interface Sample {
  /** Milliseconds, by a clock that never goes back. */
  at: number
  requests: number
  tokens: number
  queueLength: number
  sequencesBusy: number
}

const minuteMs = 60_000
const speedWindowMs = 10_000

/** Reads what a pod's `/metrics` shows; undefined when it is not an inference pod's, or its model is still loading. */
export function sampleOf(text: string, at: number): Sample | undefined {
  const sum = (name: string): number | undefined => {
    const found = text.matchAll(new RegExp(`^berth_inference_${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))
    const values = [...found].map(([, value]) => Number(value)).filter(Number.isFinite)
    return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0)
  }
  const queueLength = sum('queue_length')
  const sequencesBusy = sum('sequences_busy')
  if (queueLength === undefined || sequencesBusy === undefined) return undefined
  const tokens = sum('completion_tokens_total') ?? 0
  return { at, requests: sum('requests_total') ?? 0, tokens, queueLength, sequencesBusy }
}

/**
 * The samples of a pod with one more: those of the last minute, and none of a process before this one. A look that had no
 * answer takes none away: what was counted before is counted still.
 */
export function withSample(samples: readonly Sample[], sample: Sample | undefined): Sample[] {
  if (!sample) return [...samples]
  const last = samples.at(-1)
  const begunAnew = last && (sample.requests < last.requests || sample.tokens < last.tokens)
  const before = begunAnew ? [] : samples.filter(({ at }) => sample.at - at <= minuteMs)
  return [...before, sample]
}

/** @param samples of one pod, oldest first @param now by their clock: what is too old says nothing of it */
export function activityOf(samples: readonly Sample[], now: number): Activity | undefined {
  const last = samples.at(-1)
  const [first] = samples
  if (!last || !first || now - last.at > speedWindowMs) return undefined
  const { queueLength, sequencesBusy } = last
  const recent = samples.find(({ at }) => last.at - at <= speedWindowMs) ?? last
  const seconds = (last.at - recent.at) / 1_000
  return {
    requestsPerMinute: last.requests - first.requests,
    tokensPerSecond: seconds > 0 ? Math.round(((last.tokens - recent.tokens) / seconds) * 10) / 10 : 0,
    queueLength,
    sequencesBusy,
  }
}
