import { ApolloArmor } from '@escape.tech/graphql-armor'
import type { ValidationRule } from 'graphql'

/** Words and signs in a document; the introspection that Apollo Sandbox asks for has about 400. */
export const maxTokens = 2_000

/**
 * What a document may ask for. The interface's largest one, and a full introspection, use about half of each limit. Lists
 * do not count in the cost: their length is capped by `first` in the services.
 */
export const limitRules: ValidationRule[] = new ApolloArmor({
  maxDepth: { n: 12, ignoreIntrospection: true },
  maxAliases: { n: 30 },
  maxDirectives: { n: 40 },
  costLimit: {
    maxCost: 25_000,
    objectCost: 2,
    scalarCost: 1,
    depthCostFactor: 1,
    ignoreIntrospection: true,
  },
  maxTokens: { enabled: false },
  blockFieldSuggestion: { enabled: false },
}).protect().validationRules
