import type { ApolloGateway } from '@apollo/gateway'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'
import { documentLimits } from '@berth/platform/document-limits'
import { noSubscriptions } from '@berth/platform/graph-requests'
import type { Log } from '@berth/platform/log'
import { GraphQLError } from 'graphql'
import { type AccessRules, refuseOperation } from './access.ts'
import type { GatewayContext } from './context.ts'
import { logErrors, type TellError } from './errors.ts'
import { operationSeconds } from './metrics.ts'
import { askForPatience } from './patience.ts'

/** Apollo Server before the gateway: limits, access, and what may be told of an error. */
export function createApolloServer(options: {
  gateway: ApolloGateway
  rules(): AccessRules
  introspection: boolean
  tell: TellError
  log: Log
}): ApolloServer<GatewayContext> {
  const { gateway, rules, introspection, tell, log } = options
  const limits = documentLimits()
  return new ApolloServer<GatewayContext>({
    gateway,
    introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.maxTokens },
    validationRules: limits.rules,
    logger: log,
    plugins: [
      noSubscriptions(),
      access(rules),
      askForPatience(),
      answers(tell, log),
      introspection
        ? ApolloServerPluginLandingPageLocalDefault({ embed: { runTelemetry: false }, footer: false })
        : ApolloServerPluginLandingPageDisabled(),
    ],
  })
}

/** Refuses an operation as a whole before anything of it runs. */
function access(rules: () => AccessRules): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, contextValue }) {
          if (!operation) {
            throw new GraphQLError('Say which of the operations to run: set `operationName`.', {
              extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
            })
          }
          const refusal = refuseOperation(rules(), document, operation, contextValue.caller)
          if (!refusal) return
          const status = refusal.extensions.code === 'UNAUTHENTICATED' ? 401 : 403
          throw new GraphQLError(refusal.message, { extensions: { ...refusal.extensions, http: { status } } })
        },
      }
    },
  }
}

/** Answers hold what one caller may see, so nothing in between may keep them; their errors tell no inside. */
function answers(tell: TellError, log: Log): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      const startedAt = performance.now()
      return {
        async didEncounterErrors({ errors, contextValue }) {
          logErrors(errors, contextValue.requestId, log)
        },
        async willSendResponse({ response, contextValue, operation }) {
          response.http.headers.set('cache-control', 'no-store')
          if (response.body.kind !== 'single') return
          const { singleResult } = response.body
          const { errors } = singleResult
          if (errors) singleResult.errors = errors.map((error) => tell(error, contextValue.requestId))
          operationSeconds.observe(
            { operation: operation?.operation ?? 'none', outcome: errors ? 'error' : 'ok' },
            (performance.now() - startedAt) / 1000,
          )
        },
      }
    },
  }
}
