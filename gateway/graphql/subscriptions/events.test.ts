import { expect, test, vi } from 'vitest'
import { type Loss, SubscriptionRefused, subscribeEvents } from './events.ts'
import type { EventSink, SourceEvent, SourceRequest } from './upstream.ts'

function subscribe(answer = async (event: SourceEvent) => ({ data: event.data })) {
  let sink: EventSink | undefined
  let asked: SourceRequest | undefined
  const stopped = vi.fn()
  const lost = vi.fn<(loss: Loss) => void>()
  const ended = vi.fn()
  const events = subscribeEvents({
    plan: {
      subgraph: 'servers',
      source: { query: 'subscription', operationName: undefined, variables: ['after'] },
      keyOf: ({ about }) => (typeof about === 'string' ? about : undefined),
    },
    upstream: {
      subscribe(request, given) {
        asked = request
        sink = given
        return stopped
      },
    },
    variables: { after: '7', other: true },
    answer,
    lost,
    ended,
  })
  if (!sink) throw new Error('The upstream was not asked.')
  return { events, sink, asked, stopped, lost, ended }
}

const event = (cursor: number, about?: string): SourceEvent => ({ data: { cursor, about } })

test('the owning subgraph gets its own variables only', () => {
  expect(subscribe().asked?.variables).toEqual({ after: '7' })
})

test('of what waits, the latest of each entity is answered, and no other entity is lost', async () => {
  const { events, sink } = subscribe()
  for (const [cursor, about] of [
    [1, 'a'],
    [2, 'b'],
    [3, 'a'],
  ] as const)
    sink.next(event(cursor, about))
  sink.complete()
  const cursors: unknown[] = []
  for await (const { data } of events) cursors.push(data?.cursor)
  expect(cursors).toEqual([2, 3])
})

test('a client that reads too slowly loses its socket, not its place', async () => {
  const { events, sink, lost, ended, stopped } = subscribe()
  for (let cursor = 0; cursor < 300; cursor += 1) sink.next(event(cursor))
  expect(await events.next()).toEqual({ done: true, value: undefined })
  expect(lost).toHaveBeenCalledWith({ code: 1013, message: 'This client reads too slowly' })
  expect(stopped).toHaveBeenCalledOnce()
  expect(ended).toHaveBeenCalledOnce()
})

test('a client that takes one event and no other loses its socket after a while', async () => {
  vi.useFakeTimers()
  try {
    const { events, sink, lost } = subscribe()
    sink.next(event(1))
    expect(await events.next()).toMatchObject({ done: false })
    vi.advanceTimersByTime(14_000)
    expect(lost).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2_000)
    expect(lost).toHaveBeenCalledWith({ code: 1013, message: 'This client reads too slowly' })
  } finally {
    vi.useRealTimers()
  }
})

test('a refusal is thrown with its errors', async () => {
  const { events, sink } = subscribe()
  sink.refused([{ message: 'no', extensions: { code: 'FORBIDDEN' } }])
  await expect(events.next()).rejects.toBeInstanceOf(SubscriptionRefused)
})

test('a subgraph whose database is away lets the client come back', async () => {
  const { events, sink, lost, ended } = subscribe()
  sink.refused([{ message: 'away', extensions: { code: 'SERVICE_UNAVAILABLE' } }])
  expect(await events.next()).toEqual({ done: true, value: undefined })
  expect(lost).toHaveBeenCalledWith({ code: 1013, message: 'away' })
  expect(ended).toHaveBeenCalledOnce()
})

test('a client that leaves while nothing happens ends the subscription at once', async () => {
  const { events, stopped, ended } = subscribe()
  const next = events.next()
  await events.return()
  expect(await next).toEqual({ done: true, value: undefined })
  expect(stopped).toHaveBeenCalledOnce()
  expect(ended).toHaveBeenCalledOnce()
})

test.each([
  [4403, 4403],
  [1006, 1012],
  [undefined, 1012],
])('a subgraph that closed with %s closes the client with %s', async (code, told) => {
  const { events, sink, lost } = subscribe()
  sink.lost(code)
  await events.next()
  expect(lost.mock.calls[0]?.[0].code).toBe(told)
})
