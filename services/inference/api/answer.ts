import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Engine, Sequence } from '../engine/engine.ts'
import { type Finish, generate, type Order, type Piece } from '../engine/generate.ts'
import type { Slots } from '../engine/slots.ts'
import type { Drain } from './drain.ts'
import { type EventStream, eventOf, openEvents } from './events.ts'
import { defect, errorBody, toFailure } from './failure.ts'
import type { Metrics } from './metrics.ts'
import { ClientLeft, watchClient } from './presence.ts'
import type { Answer, Shape } from './shape.ts'

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
  /** How many answers; each has its own seed, counted up from the order's. */
  answers: number
  stream: boolean
  includeUsage: boolean
  shape: Shape
}

/** Generates one of the answers, with what takes it; `begin` is called when its turn has come. */
type Run = (
  index: number,
  begin: () => Promise<void>,
  emit: (piece: Piece) => Promise<void>,
) => Promise<Finish>

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
  const { endpoint, order, answers } = question
  const startedAt = performance.now()
  const present = drain.enter()
  const presence = watchClient(reply, drain.signal)
  const { signal } = presence
  let begun = false

  const run: Run = async (index, begin, emit) => {
    const askedAt = performance.now()
    const sequence = await slots.acquire(signal, (free) => bestOf(free, order.prompt))
    metrics.waited((performance.now() - askedAt) / 1000)
    const pace = metrics.pace()
    try {
      await begin()
      const seed = (order.sampling.seed + index) >>> 0
      const own = { ...order, sampling: { ...order.sampling, seed } }
      const told = (piece: Piece) => {
        if (!begun) metrics.began((performance.now() - startedAt) / 1000)
        begun = true
        return emit(piece)
      }
      return await generate(engine, sequence, own, signal, told, pace.token)
    } catch (error) {
      // One that fails takes the others with it.
      presence.abort(error)
      throw error
    } finally {
      pace.end()
      slots.release(sequence)
    }
  }

  try {
    slots.expectRoom(answers)
    const finishes = await (question.stream ? stream : whole)(run, question, reply, signal)
    if (finishes?.[0]) metrics.prompted(finishes[0])
    metrics.answered(endpoint, finishes?.[0]?.reason ?? 'failed')
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

const indexes = ({ answers }: Question) => Array.from({ length: answers }, (_, index) => index)

async function whole(run: Run, question: Question, reply: FastifyReply): Promise<Finish[]> {
  const answers = await Promise.all(
    indexes(question).map(async (index): Promise<Answer> => {
      const pieces: Piece[] = []
      const finish = await run(
        index,
        async () => undefined,
        async (piece) => void pieces.push(piece),
      )
      const tokens = pieces.flatMap((piece) => piece.tokens ?? [])
      const isWeighed = question.order.sampling.logprobs !== undefined
      return { text: pieces.map(({ text }) => text).join(''), ...(isWeighed && { tokens }), finish }
    }),
  )
  reply.header('cache-control', 'no-store').send(question.shape.whole(answers))
  return answers.map(({ finish }) => finish)
}

/** @returns undefined when the stream ended with an error */
async function stream(
  run: Run,
  question: Question,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<Finish[] | undefined> {
  const { shape, includeUsage } = question
  let events: EventStream | undefined
  const send = (data: object | '[DONE]') => {
    if (!events) {
      reply.hijack()
      events = openEvents(reply.raw, { 'x-request-id': reply.request.id }, signal)
    }
    return events.send(data)
  }
  try {
    const finishes = await Promise.all(
      indexes(question).map(async (index) => {
        const begin = async () => {
          const first = shape.first(index)
          if (first) await send(first)
        }
        const sendAll = async (chunks: readonly object[]) => {
          for (const chunk of chunks) await send(chunk)
        }
        const finish = await run(index, begin, (piece) => sendAll(shape.pieces(piece, index)))
        await sendAll(shape.last(finish, index))
        return finish
      }),
    )
    if (includeUsage) await send(shape.usage(finishes))
    await send('[DONE]')
    events?.end()
    return finishes
  } catch (error) {
    if (error instanceof ClientLeft || !events) throw error
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

/**
 * The free sequence that has most of the prompt already. One that would lose more than that, another conversation's history,
 * is left alone for the one that was used the longest ago.
 */
function bestOf(free: readonly Sequence[], prompt: Order['prompt']): Sequence {
  const [best] = free
    .map((sequence) => ({ sequence, reusable: sequence.reusable(prompt) }))
    .filter(({ sequence, reusable }) => reusable > 0 && 2 * reusable >= sequence.held())
    .sort((a, b) => b.reusable - a.reusable)
  const [longestAgo] = free
  const sequence = best?.sequence ?? longestAgo
  if (!sequence) throw new TypeError('No sequence is free.')
  return sequence
}
