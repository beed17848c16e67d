import type { GraphQLFormattedError } from 'graphql'
import { type Dispatcher, errors, Pool } from 'undici'

/** A subgraph that gave no GraphQL answer: it is away, too slow, or broken. */
export class SubgraphUnavailable extends Error {
  override name = 'SubgraphUnavailable'
  readonly subgraph: string
  constructor(subgraph: string, why: string, options?: ErrorOptions) {
    super(`The ${subgraph} service ${why}; try again shortly.`, options)
    this.subgraph = subgraph
  }
}

export interface SubgraphRequest {
  query: string
  variables?: Record<string, unknown>
  operationName?: string
  /** The caller's own token; every service verifies it again. */
  token: string | undefined
  requestId: string
  /** The address that the caller's request came from. */
  peer?: string
}

export interface SubgraphAnswer {
  data?: Record<string, unknown> | null
  errors?: readonly GraphQLFormattedError[]
}

export interface Subgraph {
  name: string
  /** @throws SubgraphUnavailable */
  ask(request: SubgraphRequest): Promise<SubgraphAnswer>
  close(): Promise<void>
}

/** A subgraph at `<url>/graphql` over connections that are kept open. */
export function connectSubgraph({ name, url }: { name: string; url: string }): Subgraph {
  const { origin, pathname } = new URL(url)
  const path = `${pathname.replace(/\/$/, '')}/graphql`
  const pool = new Pool(origin, {
    connections: 64,
    connect: { timeout: 2_000 },
    headersTimeout: 20_000,
    bodyTimeout: 20_000,
  })

  async function send({ token, requestId, peer, query, variables, operationName }: SubgraphRequest) {
    const headers: Record<string, string> = { 'content-type': 'application/json', 'x-request-id': requestId }
    if (peer) headers['x-forwarded-for'] = peer
    if (token) headers.authorization = `Bearer ${token}`
    const body = JSON.stringify({ query, variables, operationName })
    return pool.request({ path, method: 'POST', headers, body })
  }

  /** A kept connection may have been closed while the request was on its way; a query can be asked twice. */
  async function sendAgain(request: SubgraphRequest): Promise<Dispatcher.ResponseData> {
    try {
      return await send(request)
    } catch (error) {
      const lost = error instanceof errors.SocketError
      if (!lost || /^\s*(mutation|subscription)\b/.test(request.query)) throw error
      return await send(request)
    }
  }

  return {
    name,
    async ask(request) {
      let status: number
      let text: string
      try {
        const response = await sendAgain(request)
        status = response.statusCode
        text = await response.body.text()
      } catch (error) {
        throw new SubgraphUnavailable(name, `cannot be reached (${codeOf(error)})`, { cause: error })
      }
      const answer = parseAnswer(text)
      if (!answer) throw new SubgraphUnavailable(name, `answered ${status} without a GraphQL result`)
      return answer
    },
    close: () => pool.close(),
  }
}

function parseAnswer(text: string): SubgraphAnswer | undefined {
  let parsed: SubgraphAnswer | null
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  const isAnswer = parsed !== null && typeof parsed === 'object' && ('data' in parsed || 'errors' in parsed)
  return isAnswer ? (parsed ?? undefined) : undefined
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
}
