import { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway'
import type { ExecutionResult } from 'graphql'
import type { GatewayContext } from '../context.ts'
import { asError, logErrors, tellError } from '../errors.ts'
import { eventSource, type SubscriptionPlan } from './plan.ts'
import type { SourceEvent } from './upstream.ts'

type RequestContext = Parameters<typeof executeQueryPlan>[2]
type Variables = Record<string, unknown>

/**
 * Makes a client's answer of one event of the owning subgraph. The plan's executor changes the event's data, so an event
 * belongs to one subscription only.
 */
export async function executeEvent(
  plan: SubscriptionPlan,
  event: SourceEvent,
  variables: Variables,
  { context, sources }: { context: GatewayContext; sources: ReadonlyMap<string, GraphQLDataSource> },
): Promise<ExecutionResult> {
  const { composition, operationContext, perEvent, document, operation } = plan
  const source: GraphQLDataSource = { process: async () => ({ data: event.data, errors: event.errors }) }
  // The executor reads no more than this of what Apollo Server would give it.
  const request: Partial<RequestContext> = {
    request: { variables },
    document,
    operation,
    context: { ...context },
    metrics: {},
  }
  const { data, errors } = await executeQueryPlan(
    perEvent,
    { ...Object.fromEntries(sources), [eventSource]: source },
    request as RequestContext,
    operationContext,
    composition.supergraphSchema,
    composition.apiSchema,
  )
  if (!errors) return { data }
  logErrors(errors, context.requestId, context.log)
  return { data, errors: errors.map((error) => asError(tellError(error, context.requestId))) }
}
