import type { FastifyReply } from 'fastify'

/** The client is gone; nobody reads what comes. */
export class ClientLeft extends Error {
  override name = 'ClientLeft'
}

/** Whether somebody still waits for an answer. */
export interface Presence {
  signal: AbortSignal
  abort(why: unknown): void
  close(): void
}

/** A signal that aborts when the client leaves before its answer is over, or when the process has to end. */
export function watchClient(reply: FastifyReply, ending: AbortSignal): Presence {
  const controller = new AbortController()
  const { raw } = reply
  const left = () => {
    if (!raw.writableFinished) controller.abort(new ClientLeft('The client left.'))
  }
  const end = () => controller.abort(ending.reason)
  raw.once('close', left)
  ending.addEventListener('abort', end)
  if (raw.destroyed || raw.socket?.destroyed) left()
  return {
    signal: controller.signal,
    abort: (why) => controller.abort(why),
    close() {
      raw.off('close', left)
      ending.removeEventListener('abort', end)
    },
  }
}
