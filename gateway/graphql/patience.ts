import type { ApolloServerPlugin } from '@apollo/server'

/** A request that failed as a whole because it came too soon: the status says so, and when to come back (RFC 6585). */
export function askForPatience(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { http, body } }) {
          if (body.kind !== 'single' || body.singleResult.data) return
          for (const { extensions } of body.singleResult.errors ?? []) {
            if (typeof extensions?.retryAfterSeconds !== 'number') continue
            http.status = 429
            http.headers.set('retry-after', String(extensions.retryAfterSeconds))
          }
        },
      }
    },
  }
}
