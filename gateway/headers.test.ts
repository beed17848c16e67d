import { expect, test } from 'vitest'
import { endToEnd, requestHeaders } from './headers.ts'

test('headers of the connection, and those it names, stay behind', () => {
  expect(
    endToEnd({
      connection: 'Keep-Alive, X-Only-Here',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      upgrade: 'websocket',
      'x-only-here': '1',
      'content-type': 'text/event-stream',
      'set-cookie': ['a=1', 'b=2'],
    }),
  ).toEqual({ 'content-type': 'text/event-stream', 'set-cookie': ['a=1', 'b=2'] })
})

test('a request is told apart by its peer and its id here, not by what the client claims', () => {
  expect(
    requestHeaders(
      {
        host: 'gateway',
        authorization: 'Bearer t',
        forwarded: 'for=10.0.0.1',
        'x-forwarded-for': '10.0.0.1',
        'x-request-id': 'theirs',
        cookie: 'a=1',
      },
      { requestId: 'ours', peer: '192.0.2.7' },
    ),
  ).toEqual({ authorization: 'Bearer t', 'x-request-id': 'ours', 'x-forwarded-for': '192.0.2.7' })
})
