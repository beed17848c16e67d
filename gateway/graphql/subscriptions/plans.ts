import { documentLimits, mistakesIn, parseDocument } from '@berth/platform/document-limits'
import { type GraphQLError, getOperationAST } from 'graphql'
import type { Composition } from '../supergraph.ts'
import { planSubscription, type SubscriptionPlan } from './plan.ts'

const limits = documentLimits()

export interface PlanCache {
  /**
   * The plan of a document's subscription, from the cache or made now.
   * @returns the mistakes of a document that is not valid instead.
   */
  get(
    composition: Composition,
    query: string,
    operationName?: string,
  ): SubscriptionPlan | readonly GraphQLError[]
}

/** Keeps the plans of the newest documents, for each version of the supergraph. */
export function createPlanCache(limit = 200): PlanCache {
  const kept = new WeakMap<Composition, Map<string, SubscriptionPlan>>()

  function plansOf(composition: Composition): Map<string, SubscriptionPlan> {
    const plans = kept.get(composition) ?? new Map<string, SubscriptionPlan>()
    kept.set(composition, plans)
    return plans
  }

  return {
    get(composition, query, operationName) {
      const plans = plansOf(composition)
      const key = JSON.stringify([operationName, query])
      const known = plans.get(key)
      if (known) {
        plans.delete(key)
        plans.set(key, known)
        return known
      }
      const document = parseDocument(query, limits)
      const mistakes = mistakesIn(composition.schema, document, limits)
      const operation = getOperationAST(document, operationName)
      if (mistakes.length > 0 || !operation) return mistakes
      const plan = planSubscription(composition, document, operation)
      plans.set(key, plan)
      const [oldest] = plans.keys()
      if (plans.size > limit && oldest !== undefined) plans.delete(oldest)
      return plan
    },
  }
}
