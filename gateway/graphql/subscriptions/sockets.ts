import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { GraphQLDataSource } from '@apollo/gateway'
import type { Log } from '@berth/platform/log'
import type { TokenVerifier } from '@berth/platform/tokens'
import type { FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import type { ServerOptions } from 'graphql-ws'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { contextOf } from '../context.ts'
import { logErrors, tellError } from '../errors.ts'
import { openSockets } from '../metrics.ts'
import type { SupergraphFile } from '../supergraph.ts'
import { createCap, refuseUpgrade } from './admission.ts'
import { SubscriptionRefused } from './events.ts'
import { createOperations, type ExecuteRequest, type Operations } from './operations.ts'
import { openSession, type Session } from './session.ts'

const path = '/graphql'
const socketsPerUser = 20
const pingMs = 12_000

/** Close codes: graphql-ws clients connect again after each of these. */
const closing = { restart: 1012, tryLater: 1013 }

export interface SocketOptions {
  app: FastifyInstance
  verifier: TokenVerifier
  origins: readonly string[]
  supergraph: SupergraphFile
  sources: ReadonlyMap<string, GraphQLDataSource>
  /** The WebSocket addresses of the subgraphs. */
  addresses: ReadonlyMap<string, string>
  execute: ExecuteRequest
  log: Log
}

/** Serves graphql-ws at `/graphql`: subscriptions by the gateway's own executor, all else as over HTTP. */
export function serveSockets(options: SocketOptions): { close(): Promise<void> } {
  const { app, verifier, origins, log } = options
  const server = new WebSocketServer({ noServer: true, maxPayload: 65_536 })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refuseUpgrade(request, { path, origins })
    if (refusal) {
      // Nobody else listens to a socket that is not upgraded; an error without a listener ends the process.
      socket.on('error', () => socket.destroy())
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened, request))
  }
  app.server.on('upgrade', upgrade)
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
      socket.close(closing.tryLater, 'The token cannot be verified now')
      return true
    }
    const leave = cap.enter(session.context.caller?.subject ?? `anonymous at ${request.socket.remoteAddress}`)
    if (!leave || socket.readyState !== socket.OPEN) {
      leave?.()
      session.end()
      socket.close(closing.tryLater, `More than ${socketsPerUser} sockets are open`)
      return true
    }
    socket.once('close', leave)
    sessions.set(socket, session)
    return true
  }

  const graphql = useServer<Record<string, unknown>>(
    graphqlOptions(operations, sessions, connect),
    server,
    pingMs,
  )
  server.on('connection', (socket) => {
    openSockets.inc()
    socket.once('close', () => openSockets.dec())
    // graphql-ws prints a stack for every broken frame; ws has closed that socket by then, and that is enough.
    socket.removeAllListeners('error')
    socket.on('error', (error) => log.debug({ err: error }, 'a socket broke'))
  })
  return {
    async close() {
      app.server.off('upgrade', upgrade)
      for (const client of server.clients) client.close(closing.restart, 'The gateway restarts')
      await Promise.race([graphql.dispose(), new Promise((resolve) => setTimeout(resolve, 1_000))])
      for (const client of server.clients) client.terminate()
    },
  }
}

type Connect = (socket: WebSocket, request: IncomingMessage, authorization: unknown) => Promise<boolean>

function graphqlOptions(
  operations: Operations,
  sessions: WeakMap<WebSocket, Session>,
  connect: Connect,
): ServerOptions<Record<string, unknown>, Extra> {
  return {
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
      return told.map((error) => tellError(error, requestId))
    },
  }
}
