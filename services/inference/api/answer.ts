import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Engine, Sequence } from '../engine/engine.ts'
import { type Finish, generate, type Order } from '../engine/generate.ts'
import type { Slots } from '../engine/slots.ts'
import type { Drain } from './drain.ts'
import { eventOf, openEvents } from './events.ts'
import { defect, errorBody, toFailure } from './failure.ts'
import type { Metrics } from './metrics.ts'
import type { Shape } from './shape.ts'

/** What answers are made with. */
export interface Means {
  engine: Engine
  slots: Slots<Sequence>
  drain: Drain
  metrics: Metrics
}

/** What is to be answered, and in which form. */
export interface Question {
  /** For the metrics. */
  endpoint: string
  order: Order
  stream: boolean
  includeUsage: boolean
  shape: Shape
}

/** The client is gone; nobody reads what comes. */
class ClientLeft extends Error {
  override name = 'ClientLeft'
}

/** Generates the text, with what takes it. */
type Run = (emit: (text: string) => Promise<void> | void) => Promise<Finish>

/**
 * Answers a question, whole or as a stream. Whoever leaves, also while waiting, gives up the place at once.
 * @throws ApiFailure and others before anything was sent; later errors end the stream with an event
 */
export async function answer(
  { engine, slots, drain, metrics }: Means,
  question: Question,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { endpoint, order } = question
  const startedAt = performance.now()
  const present = drain.enter()
  const presence = watch(reply, drain.signal)
  const { signal } = presence
  try {
    const sequence = await slots.acquire(signal, (free) => mostReusable(free, order.prompt))
    try {
      const run: Run = (emit) => {
        let begun = false
        return generate(engine, sequence, order, signal, (text) => {
          if (!begun) metrics.began((performance.now() - startedAt) / 1000)
          begun = true
          return emit(text)
        })
      }
      const finish = await (question.stream ? stream : whole)(run, question, reply, signal)
      if (finish) metrics.counted(finish)
      metrics.answered(endpoint, finish?.reason ?? 'failed')
    } finally {
      slots.release(sequence)
    }
    return reply
  } catch (error) {
    if (!(error instanceof ClientLeft)) {
      metrics.answered(endpoint, toFailure(error)?.code ?? 'failed')
      throw error
    }
    metrics.answered(endpoint, 'left')
    request.log.debug({ endpoint }, 'the client left')
    return reply.hijack()
  } finally {
    presence.close()
    present.leave()
  }
}

/** A signal that aborts when the client leaves before its answer is over, or when the process has to end. */
function watch(reply: FastifyReply, ending: AbortSignal): { signal: AbortSignal; close(): void } {
  const controller = new AbortController()
  const { raw } = reply
  const left = () => {
    if (!raw.writableFinished) controller.abort(new ClientLeft('The client left.'))
  }
  const end = () => controller.abort(ending.reason)
  raw.once('close', left)
  ending.addEventListener('abort', end)
  if (raw.destroyed || raw.socket?.destroyed) left()
  return {
    signal: controller.signal,
    close() {
      raw.off('close', left)
      ending.removeEventListener('abort', end)
    },
  }
}

async function whole(run: Run, { shape }: Question, reply: FastifyReply): Promise<Finish> {
  const pieces: string[] = []
  const finish = await run((text) => void pieces.push(text))
  reply.header('cache-control', 'no-store').send(shape.whole(pieces.join(''), finish))
  return finish
}

/** @returns undefined when the stream ended with an error */
async function stream(
  run: Run,
  { shape, includeUsage }: Question,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<Finish | undefined> {
  reply.hijack()
  const events = openEvents(reply.raw, { 'x-request-id': reply.request.id }, signal)
  try {
    const first = shape.first()
    if (first) await events.send(first)
    const finish = await run((text) => events.send(shape.piece(text)))
    await events.send(shape.last(finish))
    if (includeUsage) await events.send(shape.usage(finish))
    await events.send('[DONE]')
    events.end()
    return finish
  } catch (error) {
    if (error instanceof ClientLeft) throw error
    endWithError(error, reply)
    return undefined
  }
}

/** The status is long sent: an event tells the error, and the missing `[DONE]` that the answer is not whole. */
function endWithError(error: unknown, reply: FastifyReply): void {
  const failure = toFailure(error)
  if (!failure) reply.log.error({ err: error, requestId: reply.request.id }, 'an answer broke off')
  if (failure?.code === 'client_too_slow') reply.raw.destroy()
  else reply.raw.end(eventOf(errorBody(failure ?? defect(reply.request.id))))
}

/** Of several free sequences the one that has most of the prompt already; of equals, the first. */
function mostReusable(free: readonly Sequence[], prompt: Order['prompt']): Sequence {
  const [best] = free
    .map((sequence) => ({ sequence, reusable: sequence.reusable(prompt) }))
    .sort((a, b) => b.reusable - a.reusable)
  if (!best) throw new TypeError('No sequence is free.')
  return best.sequence
}
