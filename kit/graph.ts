import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

/** An answer of the graph, as it came. */
export interface Answer {
  status: number
  // The shape is the query's own, and each test asserts what it reads.
  data: Record<string, unknown> | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

/** Asks the graph with somebody's token, or as nobody. */
export async function ask(
  berth: string,
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
): Promise<Answer> {
  const response = await fetch(`${berth}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  })
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) }
}

/** Asks for one root field that must answer. @throws with the errors when it does not */
export async function field<T>(
  berth: string,
  query: string,
  variables: Record<string, unknown>,
  token?: string,
): Promise<T> {
  const { data, errors } = await ask(berth, query, variables, token)
  const value = Object.values(data ?? {})[0]
  if (errors || value === undefined) throw new Error(`The graph answered ${JSON.stringify(errors ?? data)}.`)
  return value as T
}

/** A subscription whose events are collected as they come. */
export interface Subscription<T> {
  events: T[]
  /** Errors of the operation itself. */
  errors: unknown[]
  isOver(): boolean
  /** Cuts the connection without a word, as a lost network does. */
  close(): Promise<void>
}

export function subscribe<T>(
  berth: string,
  token: string,
  query: string,
  variables: Record<string, unknown> = {},
): Subscription<T> {
  const events: T[] = []
  const errors: unknown[] = []
  let over = false
  const client = createClient({
    url: `${berth.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
  })
  client.subscribe<Record<string, T>>(
    { query, variables },
    {
      next: ({ data, errors: found }) => {
        if (found) errors.push(...found)
        for (const value of Object.values(data ?? {})) if (value !== null) events.push(value)
      },
      error: (error) => {
        errors.push(error)
        over = true
      },
      complete: () => {
        over = true
      },
    },
  )
  return {
    events,
    errors,
    isOver: () => over,
    close: async () => {
      client.terminate()
      await client.dispose()
    },
  }
}
