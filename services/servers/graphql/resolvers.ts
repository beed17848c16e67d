import type { Resolvers } from '@berth/schema/generated/servers.ts'
import type { CommandTools } from '../commands/deploy.ts'
import type { Context } from './context.ts'
import { mutationResolvers } from './mutations.ts'
import { queryResolvers } from './queries.ts'
import { type SubscriptionTools, subscriptionResolvers } from './subscriptions.ts'

/** Every field of the subgraph that is more than a property. */
export const createResolvers = (
  tools: CommandTools & SubscriptionTools,
  publicUrl: string,
): Resolvers<Context> => ({
  ...queryResolvers(tools, publicUrl),
  ...mutationResolvers(tools, publicUrl),
  ...subscriptionResolvers(tools, publicUrl),
})
