import type { GraphQLDataSource } from '@apollo/gateway'
import { documentLimits, parseDocument } from '@berth/platform/document-limits'
import { tooManyOperations } from '@berth/platform/sockets'
import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  getVariableValues,
} from 'graphql'
import type { SubscribePayload } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { refuseOperation } from '../access.ts'
import type { GatewayContext } from '../context.ts'
import { openSubscriptions } from '../metrics.ts'
import type { SupergraphFile } from '../supergraph.ts'
import { subscribeEvents } from './events.ts'
import { executeEvent } from './execute.ts'
import { createPlanCache } from './plans.ts'
import type { Session } from './session.ts'

const operationsPerSocket = 50
const limits = documentLimits()

/** Runs a query or a mutation as it would run over HTTP. */
export type ExecuteRequest = (request: SubscribePayload, context: GatewayContext) => Promise<ExecutionResult>
type Running = Promise<ExecutionResult> | AsyncGenerator<ExecutionResult, void, void>

export interface Operations {
  /** Checks what a client asks for: the arguments to run it with, or the errors to refuse it with. */
  prepare(socket: WebSocket, payload: SubscribePayload, open: number): ExecutionArgs | readonly GraphQLError[]
  run(args: ExecutionArgs): Running
}

export function createOperations(options: {
  supergraph: SupergraphFile
  sources: ReadonlyMap<string, GraphQLDataSource>
  execute: ExecuteRequest
  sessionOf(socket: WebSocket): Session | undefined
}): Operations {
  const { supergraph, sources, execute, sessionOf } = options
  const plans = createPlanCache()
  const runs = new WeakMap<ExecutionArgs, () => Running>()

  function prepared(session: Session, payload: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
    const composition = supergraph.current()
    const { query, operationName } = payload
    const variables = payload.variables ?? {}
    const context = { ...session.context, requestId: crypto.randomUUID() }
    const document = parseDocument(query, limits)
    const operation = getOperationAST(document, operationName)
    if (!operation)
      return [refused('Say which of the operations to run: set `operationName`.', 'BAD_USER_INPUT')]
    const args: ExecutionArgs = { schema: composition.schema, document, operationName: operationName ?? null }
    if (operation.operation !== 'subscription') {
      runs.set(args, () => execute(payload, context))
      return args
    }
    const plan = plans.get(composition, query, operationName ?? undefined)
    if (!('perEvent' in plan)) return plan
    const refusal = refuseOperation(composition.rules, document, operation, context.caller)
    if (refusal) return [refusal]
    const { errors } = getVariableValues(composition.schema, operation.variableDefinitions ?? [], variables)
    if (errors) return errors.map(({ message }) => refused(message, 'BAD_USER_INPUT'))
    runs.set(args, () => {
      openSubscriptions.inc()
      return subscribeEvents({
        plan,
        upstream: session.upstream(plan.subgraph),
        variables,
        answer: (event) => executeEvent(plan, event, variables, { context, sources }),
        lost: ({ code, message }) => session.close(code, message),
        ended: () => openSubscriptions.dec(),
      })
    })
    return args
  }

  return {
    prepare(socket, payload, open) {
      const session = sessionOf(socket)
      if (!session) return [refused('This socket is closing.', 'UNAUTHENTICATED')]
      if (open > operationsPerSocket) return [tooManyOperations(operationsPerSocket)]
      try {
        return prepared(session, payload)
      } catch (error) {
        return [error instanceof GraphQLError ? error : new GraphQLError(String(error))]
      }
    },
    run(args) {
      const start = runs.get(args)
      if (!start) throw new Error('This operation was not prepared.')
      return start()
    },
  }
}

function refused(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } })
}
