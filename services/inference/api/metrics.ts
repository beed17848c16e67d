import { Counter, Gauge, Histogram } from 'prom-client'
import type { Engine } from '../engine/engine.ts'
import type { Finish } from '../engine/generate.ts'
import type { Slots } from '../engine/slots.ts'

/** What is measured of requests. */
export interface Metrics {
  answered(endpoint: string, outcome: string): void
  /** Tokens of a prompt, once for a request, and those of them that needed no evaluation. */
  prompted(count: Pick<Finish, 'promptTokens' | 'cachedTokens'>): void
  /** Seconds from a request's arrival to its first piece of text. */
  began(seconds: number): void
  /** Seconds that an answer waited for its turn. */
  waited(seconds: number): void
  /** Of one answer. */
  pace(): { token(): void; end(): void }
}

type Places = Pick<Slots<unknown>, 'busy' | 'waiting'>

/** Registers the metrics that `/metrics` shows. Once per process. */
export function createMetrics(engine: Pick<Engine, 'memory'>, places: readonly Places[]): Metrics {
  const sum = (count: (places: Places) => number) => places.reduce((total, one) => total + count(one), 0)
  gauge('sequences_busy', 'Sequences that answer a request now', () => sum((one) => one.busy()))
  gauge('queue_length', 'Answers that wait for a sequence', () => sum((one) => one.waiting()))
  gauge('weights_bytes', 'Memory of the weights', () => engine.memory.weightsBytes)
  gauge('context_bytes', 'Memory of the key-value cache and the buffers', () => engine.memory.contextBytes)
  const requests = new Counter({
    name: 'berth_inference_requests_total',
    help: 'Requests by endpoint and outcome',
    labelNames: ['endpoint', 'outcome'],
  })
  const prompt = counter('prompt_tokens_total', 'Tokens of prompts')
  const cached = counter(
    'cached_prompt_tokens_total',
    'Tokens of prompts whose state was there from the request before',
  )
  const completion = counter('completion_tokens_total', 'Tokens of answers, as they come')
  const firstText = histogram(
    'time_to_first_token_seconds',
    'From the arrival of a request to its first piece of text',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  )
  const perToken = histogram(
    'time_per_token_seconds',
    'Mean of an answer, from its first token to its last',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  )
  const queueWait = histogram(
    'queue_wait_seconds',
    'From the arrival of an answer to its turn',
    [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60],
  )
  return {
    answered: (endpoint, outcome) => requests.inc({ endpoint, outcome }),
    prompted({ promptTokens, cachedTokens }) {
      prompt.inc(promptTokens)
      cached.inc(cachedTokens)
    },
    began: (seconds) => firstText.observe(seconds),
    waited: (seconds) => queueWait.observe(seconds),
    pace() {
      let tokens = 0
      let firstAt = 0
      let lastAt = 0
      return {
        token() {
          completion.inc()
          tokens += 1
          lastAt = performance.now()
          if (tokens === 1) firstAt = lastAt
        },
        end() {
          if (tokens > 1) perToken.observe((lastAt - firstAt) / 1000 / (tokens - 1))
        },
      }
    },
  }
}

const prefix = 'berth_inference_'
const counter = (name: string, help: string) => new Counter({ name: prefix + name, help })
const histogram = (name: string, help: string, buckets: number[]) =>
  new Histogram({ name: prefix + name, help, buckets })
const gauge = (name: string, help: string, read: () => number) =>
  new Gauge({
    name: prefix + name,
    help,
    collect() {
      this.set(read())
    },
  })
