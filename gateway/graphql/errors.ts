import type { Log } from '@berth/platform/log'
import { brief } from '@berth/platform/subgraph'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** Codes for what went wrong inside; their messages stay inside too. */
const internalCodes = new Set<unknown>(['INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR', undefined])

/** How errors are told to clients. */
export type TellError = typeof tellError

/** Tells errors of a schema that is not to be introspected: without suggestions, which would give it away by and by. */
export const tellWithoutSuggestion: TellError = (error, requestId) => {
  const told = tellError(error, requestId)
  return { ...told, message: told.message.replace(/ Did you mean .*$/s, '') }
}

/** An error as a client may see it: message, place, code and request id, never a stack or a cause. */
export function tellError(error: GraphQLFormattedError, requestId: string): GraphQLFormattedError {
  const { path, locations, extensions } = error
  const message = brief(error.message)
  const place = { ...(path && { path }), ...(locations && { locations }) }
  const { code } = extensions ?? {}
  if (!internalCodes.has(code)) return { message, ...place, extensions: { code, requestId } }
  return {
    message: `Something broke here; the log has it under ${requestId}.`,
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  }
}

/** Logs the errors whose messages are not told. */
export function logErrors(
  errors: readonly (Error | GraphQLFormattedError)[],
  requestId: string,
  log: Log,
): void {
  for (const error of errors) {
    const extensions = 'extensions' in error ? error.extensions : undefined
    if (!internalCodes.has(extensions?.code)) continue
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
    log.error({ err: cause, requestId, service: extensions?.serviceName }, 'a request failed inside')
  }
}

/** The same as a GraphQLError, which is what graphql-ws takes. */
export function asError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null })
}
