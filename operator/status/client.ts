import type { ServiceTokens } from '@berth/platform/tokens'
import { Agent, request } from 'undici'
import type { StatusBatch } from './publisher.ts'

/** The servers service did not take a batch. */
export class StatusRefused extends Error {
  override name = 'StatusRefused'
}

/** Sends batches to the servers service, as the operator itself (audience berth-servers, scope status:publish). */
export function createStatusClient(serversUrl: string, tokens: ServiceTokens) {
  // One connection, kept: a batch is the latest state, so one must not overtake another.
  const dispatcher = new Agent({ connections: 1, pipelining: 1, keepAliveTimeout: 60_000 })
  return {
    async send(batch: StatusBatch): Promise<void> {
      const token = await tokens.get({ audience: 'berth-servers', scope: 'status:publish' })
      const response = await request(`${serversUrl}/internal/status`, {
        dispatcher,
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(batch),
        headersTimeout: 10_000,
        bodyTimeout: 10_000,
      })
      const text = await response.body.text()
      if (response.statusCode === 401) tokens.refused(token)
      if (response.statusCode >= 300) {
        throw new StatusRefused(
          `${serversUrl}/internal/status answered ${response.statusCode}: ${text.slice(0, 300)}`,
        )
      }
    },
    close: () => dispatcher.destroy(),
  }
}
