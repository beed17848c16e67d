import type { Log } from '@berth/platform/log'
import { bearerToken, type Caller, TokenError, type TokenVerifier } from '@berth/platform/tokens'
import { GraphQLError } from 'graphql'

/** What goes with a GraphQL request through the gateway. */
export interface GatewayContext {
  /** Undefined without a token: such a request gets public fields only. */
  caller: Caller | undefined
  requestId: string
  log: Log
  /** The address that the request came from; services slow down by it. */
  peer?: string
}

/** Reads who is calling from an `Authorization` header or the `authorization` of a socket's parameters. */
export async function contextOf(
  verifier: TokenVerifier,
  authorization: string | undefined,
  request: Omit<GatewayContext, 'caller'>,
): Promise<GatewayContext> {
  if (!authorization) return { caller: undefined, ...request }
  try {
    return { caller: await verifier.verify(bearerToken(authorization)), ...request }
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    const away = error.reason === 'unavailable'
    throw new GraphQLError(error.message, {
      extensions: {
        code: away ? 'SERVICE_UNAVAILABLE' : 'UNAUTHENTICATED',
        requestId: request.requestId,
        http: { status: away ? 503 : 401 },
      },
    })
  }
}
