import { operationFromDocument } from '@apollo/federation-internals'
import { buildOperationContext } from '@apollo/gateway'
import type { PlanNode, QueryPlan } from '@apollo/query-planner'
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  visit,
} from 'graphql'
import type { Composition } from '../supergraph.ts'

/** The name that an event goes by in a plan, in place of the subgraph that it came from. */
export const eventSource = '(event)'
/** The name under which the gateway itself asks what an event is about; it is not part of a client's answer. */
const keyAlias = '_about'

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
  /** Finds out what an event is about, so that only its latest state waits. */
  keyOf(data: Record<string, unknown>): string | undefined
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
    throw new GraphQLError('This subscription cannot be planned.', { extensions: { code: 'BAD_USER_INPUT' } })
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
      query: askForKey(primary.operation, composition.schema),
      operationName: primary.operationName,
      variables: primary.variableUsages ?? [],
    },
    perEvent: { kind: 'QueryPlan', node: rest ? { kind: 'Sequence', nodes: [event, rest] } : event },
    keyOf,
  }
}

/** Asks what each event is about even where the client does not: whoever reads slowly gets the latest of it only. */
function askForKey(query: string, schema: GraphQLSchema): string {
  const events = schema.getSubscriptionType()?.getFields()
  const withKey = (root: SelectionNode): SelectionNode => {
    if (root.kind !== Kind.FIELD || !root.selectionSet) return root
    const type = getNamedType(events?.[root.name.value]?.type)
    const id = isObjectType(type) && ['serverId', 'id'].find((name) => name in type.getFields())
    if (!id) return root
    const alias: NameNode = { kind: Kind.NAME, value: keyAlias }
    const key: FieldNode = { kind: Kind.FIELD, alias, name: { kind: Kind.NAME, value: id } }
    return {
      ...root,
      selectionSet: { ...root.selectionSet, selections: [...root.selectionSet.selections, key] },
    }
  }
  return print(
    visit(parse(query), {
      OperationDefinition: ({ selectionSet, ...operation }) => ({
        ...operation,
        selectionSet: { ...selectionSet, selections: selectionSet.selections.map(withKey) },
      }),
    }),
  )
}

function keyOf(data: Record<string, unknown>): string | undefined {
  const [event] = Object.values(data)
  const id =
    event !== null && typeof event === 'object' && Object.getOwnPropertyDescriptor(event, keyAlias)?.value
  return typeof id === 'string' ? id : undefined
}
