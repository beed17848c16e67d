import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Log } from './log.ts'

const path = '/graphql'
const largestMessage = 65_536
/** Whoever sends more than this is no client, but a flood. */
const mostMessages = 1_000
const windowMs = 10_000
/** Answers that wait for a client that sends on and does not read. */
const mostUnreadBytes = 1_048_576
/** How long a socket that is sent away has to go; who reads nothing does not learn of it. */
const closeTimeout = 5_000

/** Close codes of RFC 6455 and its registry. */
const closing = { policyViolation: 1008, restart: 1012 }

export interface WebSocketOptions {
  app: FastifyInstance
  log: Log
  /** Why an upgrade is refused, as an HTTP status such as `403 Forbidden`; undefined when it is not. */
  refuse?(request: IncomingMessage): string | undefined
}

/** Takes WebSockets at `/graphql` of a fastify app, within limits that hold whatever is said on them. */
export function serveWebSockets({ app, log, refuse }: WebSocketOptions): {
  server: WebSocketServer
  /** Takes no more, and sends those who are there away, to connect again. */
  close(): void
} {
  // @types/ws does not know `closeTimeout` yet.
  const limits = { noServer: true, maxPayload: largestMessage, closeTimeout }
  const server = new WebSocketServer(limits)
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = request.url?.split('?')[0] === path ? refuse?.(request) : '404 Not Found'
    if (refusal) {
      // Nobody else listens to a socket that is not upgraded; an error without a listener ends the process.
      socket.on('error', () => socket.destroy())
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    server.handleUpgrade(request, socket, head, (opened) => {
      limitMessages(opened)
      server.emit('connection', opened, request)
      // graphql-ws prints a stack for every broken frame; ws has closed that socket by then, and that is enough.
      opened.removeAllListeners('error')
      opened.on('error', (error) => log.debug({ err: error }, 'a socket broke'))
    })
  }
  app.server.on('upgrade', upgrade)
  return {
    server,
    close() {
      app.server.off('upgrade', upgrade)
      for (const client of server.clients) client.close(closing.restart, 'Restarting')
    },
  }
}

/** Closes a socket that sends too much, or reads too little of what it asked for; ws itself cuts off a flood of pings. */
function limitMessages(socket: WebSocket): void {
  let count = 0
  let since = performance.now()
  const received = () => {
    const now = performance.now()
    if (now - since > windowMs) {
      since = now
      count = 0
    }
    count += 1
    if (count > mostMessages) stop(`More than ${mostMessages} messages came in ${windowMs / 1_000} s`)
    else if (socket.bufferedAmount > mostUnreadBytes) stop(`More than ${mostUnreadBytes} bytes wait unread`)
  }
  const stop = (reason: string) => {
    // What is still on its way here is not read any more.
    socket.removeAllListeners('message')
    socket.close(closing.policyViolation, reason)
  }
  socket.on('message', received)
}
