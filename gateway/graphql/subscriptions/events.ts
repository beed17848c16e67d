import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { subscriptionEvents } from '../metrics.ts'
import type { SubscriptionPlan } from './plan.ts'
import { createQueue, QueueOverflow } from './queue.ts'
import type { SourceEvent, Upstream } from './upstream.ts'

/** Events that may wait for one subscription of a slow client. */
const waitingLimit = 256
/** A client that takes no event for so long is left; pings alone would let one live that answers them and reads nothing. */
const patienceMs = 15_000
const tooSlow: Loss = { code: 1013, message: 'This client reads too slowly' }

/** The owning subgraph said no, with errors for the client. */
export class SubscriptionRefused extends Error {
  override name = 'SubscriptionRefused'
  readonly errors: readonly GraphQLFormattedError[]
  constructor(errors: readonly GraphQLFormattedError[]) {
    super('The subscription was refused.')
    this.errors = errors
  }
}

/** Events were lost on the way: the client must come back with its cursor. */
export interface Loss {
  /** Closes the client's socket with this: 1012 (restart), 1013 (too slow), 4403 (token); it connects again. */
  code: number
  message: string
}

export interface Subscribing {
  plan: Pick<SubscriptionPlan, 'subgraph' | 'source' | 'keyOf'>
  upstream: Pick<Upstream, 'subscribe'>
  variables: Record<string, unknown>
  /** Makes the client's answer of an event. */
  answer(event: SourceEvent): Promise<ExecutionResult>
  lost(loss: Loss): void
  /** Called once, however it ended. */
  ended(): void
}

class UpstreamLost extends Error {
  readonly loss: Loss
  constructor(loss: Loss) {
    super(loss.message)
    this.loss = loss
  }
}

/**
 * The answers to a subscription, made one at a time as the client takes them. In between events wait in a bounded queue,
 * the latest of each entity only.
 * @throws SubscriptionRefused
 */
export function subscribeEvents(options: Subscribing): AsyncGenerator<ExecutionResult, void, void> {
  const { plan, upstream, variables, answer, lost, ended } = options
  let over = false
  let patience: NodeJS.Timeout | undefined
  const queue = createQueue<SourceEvent>(waitingLimit)
  const used = plan.source.variables
  const stop = upstream.subscribe(
    {
      query: plan.source.query,
      operationName: plan.source.operationName,
      variables: Object.fromEntries(Object.entries(variables).filter(([name]) => used.includes(name))),
    },
    {
      next(event) {
        subscriptionEvents.inc({ outcome: 'received' })
        queue.push(event, event.data && !event.errors ? plan.keyOf(event.data) : undefined)
      },
      refused: (errors) => queue.fail(awayOf(errors) ?? new SubscriptionRefused(errors)),
      lost: (code) => queue.fail(new UpstreamLost(lossOf(plan.subgraph, code))),
      complete: () => queue.end(),
    },
  )

  async function end(): Promise<IteratorReturnResult<undefined>> {
    clearTimeout(patience)
    if (!over) {
      over = true
      queue.end()
      stop()
      ended()
    }
    return { done: true, value: undefined }
  }

  return {
    async next() {
      clearTimeout(patience)
      try {
        const event = await queue.take()
        if (!event) return await end()
        const value = await answer(event)
        subscriptionEvents.inc({ outcome: value.errors ? 'error' : 'sent' })
        if (!over) patience = setTimeout(() => lost(tooSlow), patienceMs)
        return { done: false, value }
      } catch (error) {
        const finished = await end()
        if (error instanceof UpstreamLost) lost(error.loss)
        else if (error instanceof QueueOverflow) lost(tooSlow)
        else throw error
        return finished
      }
    },
    return: end,
    async throw(error) {
      await end()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {
      await end()
    },
  }
}

/** A subgraph that cannot answer now refuses nothing: the client is to come back, which a refusal would keep it from. */
function awayOf(errors: readonly GraphQLFormattedError[]): UpstreamLost | undefined {
  const away = errors.find(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE')
  // A close frame has room for 123 bytes.
  return away && new UpstreamLost({ code: 1013, message: away.message.slice(0, 100) })
}

function lossOf(subgraph: string, code: number | undefined): Loss {
  if (code === 4403) return { code, message: `The ${subgraph} service refused the token` }
  return { code: 1012, message: `The ${subgraph} service was lost` }
}
