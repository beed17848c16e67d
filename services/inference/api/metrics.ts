import { Counter, Gauge, Histogram } from 'prom-client'
import type { Finish } from '../engine/generate.ts'
import type { Slots } from '../engine/slots.ts'

/** What is measured of requests. */
export interface Metrics {
  answered(endpoint: string, outcome: string): void
  counted(finish: Finish): void
  /** Seconds from a request's arrival to its first piece of text. */
  began(seconds: number): void
}

/** Registers the metrics that `/metrics` shows. Once per process. */
export function createMetrics(slots: Pick<Slots<unknown>, 'busy' | 'waiting'>): Metrics {
  const requests = new Counter({
    name: 'berth_inference_requests_total',
    help: 'Requests by endpoint and outcome',
    labelNames: ['endpoint', 'outcome'],
  })
  const prompt = new Counter({ name: 'berth_inference_prompt_tokens_total', help: 'Tokens of prompts' })
  const cached = new Counter({
    name: 'berth_inference_cached_prompt_tokens_total',
    help: 'Tokens of prompts whose state was there from the request before',
  })
  const completion = new Counter({
    name: 'berth_inference_completion_tokens_total',
    help: 'Tokens of answers',
  })
  const firstText = new Histogram({
    name: 'berth_inference_time_to_first_token_seconds',
    help: 'From the arrival of a request to its first piece of text',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  })
  new Gauge({
    name: 'berth_inference_sequences_busy',
    help: 'Sequences that answer a request now',
    collect() {
      this.set(slots.busy())
    },
  })
  new Gauge({
    name: 'berth_inference_queue_length',
    help: 'Requests that wait for a sequence',
    collect() {
      this.set(slots.waiting())
    },
  })
  return {
    answered: (endpoint, outcome) => requests.inc({ endpoint, outcome }),
    counted(finish) {
      prompt.inc(finish.promptTokens)
      cached.inc(finish.cachedTokens)
      completion.inc(finish.completionTokens)
    },
    began: (seconds) => firstText.observe(seconds),
  }
}
