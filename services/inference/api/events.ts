import type { ServerResponse } from 'node:http'
import { ApiFailure } from './failure.ts'

/** One event of a stream, as text/event-stream has it: JSON never holds a line break of its own. */
export function eventOf(data: object | '[DONE]'): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
}

/** A stream of events to one client. */
export interface EventStream {
  /** Resolves once the client has room for more. @throws ApiFailure when it has not for long */
  send(data: object | '[DONE]'): Promise<void>
  end(): void
}

/**
 * Begins a stream of events. A client that reads slowly is waited for, so that never more than one buffer of text is
 * held for it; one that stops reading is left after `patienceMs`, since it keeps others from the sequence.
 */
export function openEvents(
  response: ServerResponse,
  headers: Record<string, string>,
  signal: AbortSignal,
  patienceMs = 30_000,
): EventStream {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  response.socket?.setNoDelay(true)
  return {
    async send(data) {
      if (response.write(eventOf(data))) return
      await drained(response, signal, patienceMs)
    },
    end: () => void response.end(),
  }
}

function drained(response: ServerResponse, signal: AbortSignal, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer)
      response.off('drain', onDrain)
      signal.removeEventListener('abort', onAbort)
      act()
    }
    const onDrain = () => settle(resolve)
    const onAbort = () => settle(() => reject(signal.reason))
    const timer = setTimeout(
      () =>
        settle(() => reject(new ApiFailure(408, 'client_too_slow', 'The client does not read its answer.'))),
      patienceMs,
    )
    response.on('drain', onDrain)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}
