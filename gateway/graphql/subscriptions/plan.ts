import { operationFromDocument } from '@apollo/federation-internals'
import { buildOperationContext } from '@apollo/gateway'
import type { PlanNode, QueryPlan } from '@apollo/query-planner'
import {
  type DocumentNode,
  GraphQLError,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { limitRules, maxTokens } from '../limits.ts'
import type { Composition } from '../supergraph.ts'

/** The name that an event goes by in a plan, in place of the subgraph that it came from. */
export const eventSource = '(event)'

export interface SubscriptionPlan {
  composition: Composition
  document: DocumentNode
  operation: OperationDefinitionNode
  operationContext: ReturnType<typeof buildOperationContext>
  /** The subgraph that has the events, and what it is asked for. */
  subgraph: string
  source: { query: string; operationName: string | undefined; variables: readonly string[] }
  /** Makes an answer of an event: takes its data, then fetches the fields that other subgraphs have. */
  perEvent: QueryPlan
  /** Finds out what an event is about, so that only its latest state waits; undefined when the client did not ask. */
  keyOf(data: Record<string, unknown>): string | undefined
}

/** @throws GraphQLError for a document that is not GraphQL, or too long. */
export function parseLimited(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw withCode(error, 'GRAPHQL_PARSE_FAILED')
  }
}

/** The mistakes in a document, by GraphQL's rules and the limits. */
export function mistakesIn(composition: Composition, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(composition.schema, document, [...specifiedRules, ...limitRules]).map((error) =>
      withCode(error, 'GRAPHQL_VALIDATION_FAILED'),
    )
  } catch (error) {
    // GraphQL.js evaluates a subscription's root directives here, where variables have no values yet.
    const why = error instanceof Error ? error.message : 'it cannot be evaluated'
    return [withCode(new GraphQLError(`The document is not valid: ${why}`), 'GRAPHQL_VALIDATION_FAILED')]
  }
}

/** Plans a valid subscription: 1-3 ms, so worth keeping. */
export function planSubscription(
  composition: Composition,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): SubscriptionPlan {
  const operationName = operation.name?.value
  const planned = composition.planner.buildQueryPlan(
    operationFromDocument(composition.apiSchema, document, { ...(operationName && { operationName }) }),
  ).node
  if (planned?.kind !== 'Subscription') {
    throw withCode(new GraphQLError('This subscription cannot be planned.'), 'BAD_USER_INPUT')
  }
  const { primary, rest } = planned
  const event: PlanNode = { ...primary, serviceName: eventSource }
  return {
    composition,
    document,
    operation,
    operationContext: buildOperationContext({
      schema: composition.schema,
      operationDocument: document,
      ...(operationName && { operationName }),
    }),
    subgraph: primary.serviceName,
    source: {
      query: primary.operation,
      operationName: primary.operationName,
      variables: primary.variableUsages ?? [],
    },
    perEvent: { kind: 'QueryPlan', node: rest ? { kind: 'Sequence', nodes: [event, rest] } : event },
    keyOf: keyReader(operation),
  }
}

/** Reads the id of what an event is about from where the document puts it, were it renamed by an alias. */
function keyReader(operation: OperationDefinitionNode): SubscriptionPlan['keyOf'] {
  const [root] = operation.selectionSet.selections
  if (root?.kind !== 'Field') return () => undefined
  const fields = (root.selectionSet?.selections ?? []).filter((selection) => selection.kind === 'Field')
  const idField =
    fields.find(({ name }) => name.value === 'serverId') ?? fields.find(({ name }) => name.value === 'id')
  if (!idField || idField.directives?.length) return () => undefined
  const rootName = (root.alias ?? root.name).value
  const idName = (idField.alias ?? idField.name).value
  return (data) => {
    const value = data[rootName]
    const id =
      value !== null && typeof value === 'object'
        ? Object.getOwnPropertyDescriptor(value, idName)?.value
        : undefined
    return typeof id === 'string' ? id : undefined
  }
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, path } = error
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    extensions: { code, ...error.extensions },
  })
}
