import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { unauthorized } from './errors.ts'

export interface User {
  username: string
  groups: string[]
}

/** `CLUSTER_TOKENS`: who a bearer token stands for. */
export type Tokens = Record<string, { user: string; groups: string[] }>

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const listed = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** The user of a request, by client certificate or bearer token; throws a 401 without either. */
export function createAuthentication(tokens: Tokens): (request: IncomingMessage) => User {
  const known = Object.entries(tokens).map(([token, user]) => ({ hash: digest(token), user }))
  return (request) => {
    const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer) {
      const hash = digest(bearer)
      const found = known.find((item) => timingSafeEqual(item.hash, hash))
      if (!found) throw unauthorized()
      return { username: found.user.user, groups: [...found.user.groups, 'system:authenticated'] }
    }
    const socket = request.socket as TLSSocket
    if (!socket.authorized) throw unauthorized()
    const { CN, O } = socket.getPeerCertificate().subject
    return { username: String(CN), groups: [...listed(O), 'system:authenticated'] }
  }
}
