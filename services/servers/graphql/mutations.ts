import type { Resolvers } from '@berth/schema/generated/servers.ts'
import { deployConfirmed } from '../commands/confirm.ts'
import type { CommandTools } from '../commands/deploy.ts'
import { remove, scale, start, stop } from '../commands/lifecycle.ts'
import type { InputMistake } from '../contract/input.ts'
import type { ServerRow } from '../records/server.ts'
import { actorOf, withModels } from './actor.ts'
import type { Context } from './context.ts'
import { serverView, violationView } from './view.ts'

const invalid = ({ message, field }: InputMistake) =>
  ({ __typename: 'InvalidInput', message, field }) as const
const notFound = ({ message }: { message: string }) => ({ __typename: 'ServerNotFound', message }) as const
const conflict = ({ message }: { message: string }) => ({ __typename: 'ServerConflict', message }) as const

/** Where a command's answer becomes a member of its result union. */
export function mutationResolvers(
  tools: CommandTools,
  publicUrl: string,
): Required<Pick<Resolvers<Context>, 'Mutation'>> {
  const view = (server: ServerRow) => serverView(server, publicUrl)
  return {
    Mutation: {
      async deployServer(_parent, { input }, context) {
        const result = await withModels(deployConfirmed(tools, actorOf(context), input))
        switch (result.kind) {
          case 'deployed':
            return { __typename: 'DeployServerSuccess', server: view(result.server) }
          case 'invalid':
            return invalid(result.mistake)
          case 'refused':
            return violationView(result.reasons)
          case 'planRejected':
            return { __typename: 'PlanRejected', message: result.message }
        }
      },
      async scaleServer(_parent, { id, replicas }, context) {
        const result = await scale(tools, actorOf(context), id, replicas)
        switch (result.kind) {
          case 'done':
            return { __typename: 'ScaleServerSuccess', server: view(result.server) }
          case 'invalid':
            return invalid(result.mistake)
          case 'refused':
            return violationView(result.reasons)
          case 'conflict':
            return conflict(result)
          case 'notFound':
            return notFound(result)
        }
      },
      async stopServer(_parent, { id }, context) {
        const result = await stop(tools, actorOf(context), id)
        switch (result.kind) {
          case 'done':
            return { __typename: 'StopServerSuccess', server: view(result.server) }
          case 'conflict':
            return conflict(result)
          case 'notFound':
            return notFound(result)
        }
      },
      async startServer(_parent, { id }, context) {
        const result = await start(tools, actorOf(context), id)
        switch (result.kind) {
          case 'done':
            return { __typename: 'StartServerSuccess', server: view(result.server) }
          case 'refused':
            return violationView(result.reasons)
          case 'conflict':
            return conflict(result)
          case 'notFound':
            return notFound(result)
        }
      },
      async deleteServer(_parent, { id }, context) {
        const result = await remove(tools, actorOf(context), id)
        return result.kind === 'done'
          ? { __typename: 'DeleteServerSuccess', server: view(result.server) }
          : notFound(result)
      },
    },
  }
}
