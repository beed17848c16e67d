import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { Client, subscriptionExchange } from '@urql/core'
import { Provider } from 'urql'
import { afterEach, expect, test, vi } from 'vitest'
import type { RetrievalSubscription } from '../generated/graphql.ts'
import { RetrievalView } from './retrieval-view.tsx'

afterEach(cleanup)

type Retrieval = RetrievalSubscription['retrieval']

function show(retrieval: Retrieval, onEnd: () => void) {
  const forwardSubscription = () => ({
    subscribe(sink: { next(result: { data: RetrievalSubscription }): void }) {
      sink.next({ data: { retrieval } })
      return { unsubscribe: () => undefined }
    },
  })
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [subscriptionExchange({ forwardSubscription })],
  })
  render(
    <Provider value={client}>
      <RetrievalView versionId="v1" onEnd={onEnd} />
    </Provider>,
  )
}

const step: Retrieval['steps'][number] = {
  name: 'DOWNLOAD',
  status: 'RUNNING',
  attempts: 1,
  error: null,
  startedAt: null,
  finishedAt: null,
}
const running: Retrieval = {
  id: 'r1',
  status: 'RUNNING',
  bytesReceived: 1024,
  bytesTotal: 4096,
  error: null,
  steps: [step],
}

test('while it runs, it says how far it is', async () => {
  const onEnd = vi.fn()
  show(running, onEnd)
  expect(await screen.findByText('1.0 KiB of 4.0 KiB (25 %)')).toBeTruthy()
  expect(screen.getByText('Download…')).toBeTruthy()
  expect(onEnd).not.toHaveBeenCalled()
})

test('a failure is an end as well: told in words, with no bar that goes on', async () => {
  const onEnd = vi.fn()
  show(
    { ...running, status: 'FAILED', error: 'No such file.', steps: [{ ...step, status: 'FAILED' }] },
    onEnd,
  )
  expect((await screen.findByRole('alert')).textContent).toBe('No such file.')
  expect(screen.getByText('Download failed')).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
  await waitFor(() => expect(onEnd).toHaveBeenCalledOnce())
})
