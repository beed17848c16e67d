import { createHash, timingSafeEqual } from 'node:crypto'
import type { ServiceClient } from '../environment.ts'
import { TokenFailure } from './failure.ts'

/** A service that signs in as itself. */
export type Client = Pick<ServiceClient, 'clientId' | 'anyTenant' | 'grants'>

export interface Clients {
  /**
   * The client of a request, by HTTP Basic or by the body's parameters; undefined when it presents none.
   * @throws TokenFailure `invalid_client`
   */
  authenticate(
    authorization: string | undefined,
    body: { client_id?: string; client_secret?: string },
  ): Client | undefined
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** The configured clients; their secrets are kept as digests only. */
export function createClients(configured: readonly ServiceClient[]): Clients {
  const known = new Map(
    configured.map(({ secret, ...client }) => [client.clientId, { client, secret: digest(secret) }]),
  )
  return {
    authenticate(authorization, body) {
      const presented = credentials(authorization, body)
      if (!presented) return undefined
      const found = known.get(presented.id)
      // Compared also where there is no such client, so that both take the same time.
      const same = timingSafeEqual(found?.secret ?? digest(''), digest(presented.secret))
      if (!found || !same)
        throw new TokenFailure('invalid_client', 'The client is unknown, or its secret is wrong.')
      return found.client
    },
  }
}

function credentials(
  authorization: string | undefined,
  body: { client_id?: string; client_secret?: string },
): { id: string; secret: string } | undefined {
  if (authorization !== undefined) {
    if (body.client_secret !== undefined) {
      throw new TokenFailure(
        'invalid_request',
        'Authenticate the client in one way: by HTTP Basic or in the body.',
      )
    }
    return basic(authorization)
  }
  if (body.client_secret === undefined) return undefined
  return { id: body.client_id ?? '', secret: body.client_secret }
}

/** RFC 6749, section 2.3.1: both parts are form-encoded before they are joined. */
function basic(authorization: string): { id: string; secret: string } {
  const encoded = /^Basic +([\w+/-]+=*) *$/i.exec(authorization)?.[1]
  const [id, ...secret] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':')
  try {
    if (encoded && id !== undefined && secret.length > 0) {
      return { id: formDecoded(id), secret: formDecoded(secret.join(':')) }
    }
  } catch {
    // A broken percent sign; told as what it is below.
  }
  throw new TokenFailure(
    'invalid_client',
    'The Authorization header here is HTTP Basic with client id and secret.',
  )
}

const formDecoded = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
