import { ApolloArmor } from '@escape.tech/graphql-armor'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import { noFieldWithinItself } from './cycles.ts'

/** What a GraphQL document may ask for. */
export interface DocumentLimits {
  /** Words and signs; validation takes the square of it. */
  maxTokens: number
  rules: ValidationRule[]
}

/**
 * The interface's largest document, and a full introspection, use about half of each limit.
 * @param slack how many times that a subgraph allows: what the gateway plans may repeat what a client's document
 *   shares, and adds keys.
 */
export function documentLimits(slack = 1): DocumentLimits {
  const { validationRules } = new ApolloArmor({
    maxDepth: { n: 12 * slack, flattenFragments: true, ignoreIntrospection: true },
    maxAliases: { n: 30 * slack },
    maxDirectives: { n: 40 * slack },
    costLimit: {
      maxCost: 25_000 * slack,
      objectCost: 2,
      scalarCost: 1,
      depthCostFactor: 1,
      flattenFragments: true,
      ignoreIntrospection: true,
    },
    maxTokens: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  }).protect()
  return { maxTokens: 1_000 * slack, rules: [...validationRules, noFieldWithinItself] }
}

/** @throws GraphQLError for a document that is not GraphQL, or too long. */
export function parseDocument(query: string, { maxTokens }: DocumentLimits): DocumentNode {
  try {
    return parse(query, { maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw withCode(error, 'GRAPHQL_PARSE_FAILED')
  }
}

/** The mistakes in a document, by GraphQL's rules and the limits. */
export function mistakesIn(
  schema: GraphQLSchema,
  document: DocumentNode,
  { rules }: DocumentLimits,
): readonly GraphQLError[] {
  try {
    return validate(schema, document, [...specifiedRules, ...rules]).map((error) =>
      withCode(error, 'GRAPHQL_VALIDATION_FAILED'),
    )
  } catch (error) {
    // GraphQL.js evaluates a subscription's root directives here, where variables have no values yet.
    const why = error instanceof Error ? error.message : 'it cannot be evaluated'
    return [withCode(new GraphQLError(`The document is not valid: ${why}`), 'GRAPHQL_VALIDATION_FAILED')]
  }
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, path } = error
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    extensions: { ...error.extensions, code },
  })
}
