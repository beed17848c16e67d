import { expect, test } from 'vitest'
import { activityOf, type Sample, sampleOf, withSample } from './activity.ts'

const text = `# HELP berth_inference_requests_total Requests by endpoint and outcome
# TYPE berth_inference_requests_total counter
berth_inference_requests_total{endpoint="chat",outcome="stop"} 7
berth_inference_requests_total{endpoint="chat",outcome="left"} 2
berth_inference_completion_tokens_total 1234
berth_inference_sequences_busy 3
berth_inference_queue_length 1
nodejs_active_requests_total 99
`

test('a pod is read from what it shows to Prometheus', () => {
  expect(sampleOf(text, 5)).toEqual({ at: 5, requests: 9, tokens: 1234, queueLength: 1, sequencesBusy: 3 })
})

test('a pod whose model is still loading does nothing yet, and another process is none', () => {
  expect(sampleOf('nodejs_active_requests_total 99\n', 5)).toBeUndefined()
})

const sample = (at: number, requests: number, tokens: number): Sample => ({
  at,
  requests,
  tokens,
  queueLength: 0,
  sequencesBusy: 1,
})
const series = (...samples: Sample[]) => samples.reduce<Sample[]>((known, one) => withSample(known, one), [])

test('requests are those of the last minute, tokens those of the last ten seconds', () => {
  const samples = series(
    sample(0, 10, 0),
    sample(50_000, 20, 100),
    sample(58_000, 22, 400),
    sample(62_000, 25, 500),
  )
  expect(activityOf(samples, 62_000)).toMatchObject({
    requestsPerMinute: 5,
    tokensPerSecond: 25,
    sequencesBusy: 1,
  })
  expect(activityOf([], 62_000)).toBeUndefined()
})

test('a look without an answer loses nothing; after some of them nobody knows what the pod does', () => {
  const before = series(sample(0, 10, 0), sample(2_000, 11, 40))
  expect(activityOf(withSample(before, undefined), 8_000)).toMatchObject({ requestsPerMinute: 1 })
  expect(activityOf(withSample(before, undefined), 20_000)).toBeUndefined()
  expect(activityOf(withSample(before, sample(20_000, 12, 40)), 20_000)).toMatchObject({
    requestsPerMinute: 2,
  })
})

test('one look alone tells no pace', () => {
  expect(activityOf(series(sample(0, 10, 500)), 0)).toMatchObject({
    requestsPerMinute: 0,
    tokensPerSecond: 0,
  })
})

test('a process that was started again counts from its beginning', () => {
  const samples = series(sample(0, 10, 500), sample(2_000, 1, 20), sample(4_000, 2, 60))
  expect(activityOf(samples, 4_000)).toMatchObject({ requestsPerMinute: 1, tokensPerSecond: 20 })
})
