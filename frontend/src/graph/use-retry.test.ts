import { cleanup, renderHook } from '@testing-library/react'
import { CombinedError } from 'urql'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useRetry } from './use-retry.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('asks again until Berth answers', () => {
  const refetch = vi.fn()
  const cutOff = new CombinedError({ networkError: new Error('refused') })
  const { rerender } = renderHook(({ error }) => useRetry(error, refetch), {
    initialProps: { error: cutOff as CombinedError | undefined },
  })
  vi.advanceTimersByTime(6_500)
  expect(refetch).toHaveBeenCalledTimes(2)
  rerender({ error: undefined })
  vi.advanceTimersByTime(60_000)
  expect(refetch).toHaveBeenCalledTimes(2)
})

test('asks again while a part of Berth is away', () => {
  const refetch = vi.fn()
  const away = {
    message: 'The servers service cannot be reached.',
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  }
  renderHook(() => useRetry(new CombinedError({ graphQLErrors: [away] }), refetch))
  vi.advanceTimersByTime(3_500)
  expect(refetch).toHaveBeenCalledTimes(1)
})

test("does not ask again after the graph's own refusal", () => {
  const refetch = vi.fn()
  renderHook(() => useRetry(new CombinedError({ graphQLErrors: ['Not yours.'] }), refetch))
  vi.advanceTimersByTime(60_000)
  expect(refetch).not.toHaveBeenCalled()
})
