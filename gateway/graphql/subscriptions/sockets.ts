import type { IncomingMessage } from 'node:http'
import type { GraphQLDataSource } from '@apollo/gateway'
import type { Log } from '@berth/platform/log'
import type { TokenVerifier } from '@berth/platform/tokens'
import { serveWebSockets } from '@berth/platform/websockets'
import type { FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import type { ServerOptions } from 'graphql-ws'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import type { WebSocket } from 'ws'
import { contextOf } from '../context.ts'
import { logErrors, type TellError } from '../errors.ts'
import { openSockets } from '../metrics.ts'
import type { SupergraphFile } from '../supergraph.ts'
import { createCap, originAllowed } from './admission.ts'
import { SubscriptionRefused } from './events.ts'
import { createOperations, type ExecuteRequest, type Operations } from './operations.ts'
import { openSession, type Session } from './session.ts'

const socketsPerUser = 20
/** Sockets that have not yet said who they are for; they have 5 s. */
const strangersPerAddress = 100
const pingMs = 12_000

/** The close code after which graphql-ws clients connect again, later. */
const tryLater = 1013

export interface SocketOptions {
  app: FastifyInstance
  verifier: TokenVerifier
  origins: readonly string[]
  supergraph: SupergraphFile
  sources: ReadonlyMap<string, GraphQLDataSource>
  /** The WebSocket addresses of the subgraphs. */
  addresses: ReadonlyMap<string, string>
  execute: ExecuteRequest
  tell: TellError
  /** The address that a request came from, past the proxies that are trusted. */
  addressOf(request: IncomingMessage): string
  log: Log
}

/** Serves graphql-ws at `/graphql`: subscriptions by the gateway's own executor, all else as over HTTP. */
export function serveSockets(options: SocketOptions): { close(): Promise<void> } {
  const { app, verifier, origins, addressOf, log } = options
  const strangers = createCap(strangersPerAddress)
  const sockets = serveWebSockets({
    app,
    log,
    refuse(request) {
      if (!originAllowed(request.headers.origin, origins)) return '403 Forbidden'
      return strangers.isFull(addressOf(request)) ? '429 Too Many Requests' : undefined
    },
  })
  const sessions = new WeakMap<WebSocket, Session>()
  const cap = createCap(socketsPerUser)
  const operations = createOperations({ ...options, sessionOf: (socket) => sessions.get(socket) })

  async function connect(
    socket: WebSocket,
    request: IncomingMessage,
    authorization: unknown,
  ): Promise<boolean> {
    const requestId = crypto.randomUUID()
    const header = typeof authorization === 'string' ? authorization : undefined
    let session: Session
    try {
      const context = await contextOf(verifier, header, { requestId, log: log.child({ requestId }) })
      session = openSession({ socket, context, addresses: options.addresses })
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      if (error.extensions.code !== 'SERVICE_UNAVAILABLE') return false
      socket.close(tryLater, 'The token cannot be verified now')
      return true
    }
    const leave = cap.enter(session.context.caller?.subject ?? `anonymous at ${addressOf(request)}`)
    if (!leave || socket.readyState !== socket.OPEN) {
      leave?.()
      session.end()
      socket.close(tryLater, `More than ${socketsPerUser} sockets are open`)
      return true
    }
    socket.once('close', leave)
    sessions.set(socket, session)
    return true
  }

  const acquainted = new WeakMap<WebSocket, () => void>()
  sockets.server.on('connection', (socket, request) => {
    openSockets.inc()
    socket.once('close', () => openSockets.dec())
    const leave = strangers.enter(addressOf(request)) ?? (() => undefined)
    acquainted.set(socket, leave)
    socket.once('close', leave)
  })
  const graphql = useServer<Record<string, unknown>>(
    graphqlOptions({ operations, sessions, tell: options.tell }, async (socket, request, authorization) => {
      const isKnown = await connect(socket, request, authorization)
      acquainted.get(socket)?.()
      return isKnown
    }),
    sockets.server,
    pingMs,
  )
  return {
    async close() {
      sockets.close()
      await Promise.race([graphql.dispose(), new Promise((resolve) => setTimeout(resolve, 1_000))])
      for (const client of sockets.server.clients) client.terminate()
    },
  }
}

type Connect = (socket: WebSocket, request: IncomingMessage, authorization: unknown) => Promise<boolean>

function graphqlOptions(
  {
    operations,
    sessions,
    tell,
  }: { operations: Operations; sessions: WeakMap<WebSocket, Session>; tell: TellError },
  connect: Connect,
): ServerOptions<Record<string, unknown>, Extra> & { isProd: boolean } {
  return {
    // An error of its own is told as no more than that.
    isProd: true,
    connectionInitWaitTimeout: 5_000,
    onConnect: ({ extra, connectionParams }) =>
      connect(extra.socket, extra.request, connectionParams?.authorization),
    onSubscribe: ({ extra, subscriptions }, _id, payload) =>
      operations.prepare(extra.socket, payload, Object.keys(subscriptions).length),
    execute: (args) => operations.run(args),
    subscribe: (args) => operations.run(args),
    onError({ extra }, _id, _payload, errors) {
      const context = sessions.get(extra.socket)?.context
      const requestId = context?.requestId ?? ''
      const told = errors.flatMap((error) =>
        error.originalError instanceof SubscriptionRefused ? error.originalError.errors : [error.toJSON()],
      )
      if (context) logErrors(told, requestId, context.log)
      return told.map((error) => tell(error, requestId))
    },
  }
}
