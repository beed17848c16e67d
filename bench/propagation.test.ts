import { expect, test } from 'vitest'
import { changesOf, matchChanges, type PodState } from './propagation.ts'

const view = (at: number, pods: Record<string, PodState>) => ({ at, pods: new Map(Object.entries(pods)) })

test('only what differs from the view before is a change; who is no more listed is gone', () => {
  const views = [
    view(1, { a: 'not ready' }),
    view(2, { a: 'not ready', b: 'ready' }),
    view(3, { a: 'ready' }),
    view(4, {}),
    view(5, {}),
  ]
  expect(changesOf(views)).toEqual([
    { pod: 'a', state: 'not ready', at: 1 },
    { pod: 'b', state: 'ready', at: 2 },
    { pod: 'a', state: 'ready', at: 3 },
    { pod: 'b', state: 'gone', at: 3 },
    { pod: 'a', state: 'gone', at: 4 },
  ])
})

const life: PodState[] = ['not ready', 'ready', 'not ready', 'gone']
const lived = (states: PodState[], from: number) =>
  states.map((state, index) => ({ pod: 'a', state, at: from + index * 100 }))

test('each change is paired with its own showing', () => {
  const { lags, coalesced } = matchChanges(lived(life, 0), lived(life, 7))
  expect(lags.map(({ lag }) => lag)).toEqual([7, 7, 7, 7])
  expect(coalesced).toEqual([])
})

test('what the client was never shown is counted apart', () => {
  const shown = [
    { pod: 'a', state: 'ready' as const, at: 110 },
    { pod: 'a', state: 'gone' as const, at: 320 },
  ]
  const { lags, coalesced } = matchChanges(lived(life, 0), shown)
  expect(lags.map(({ state, lag }) => [state, lag])).toEqual([
    ['ready', 10],
    ['gone', 20],
  ])
  expect(coalesced.map(({ at }) => at)).toEqual([0, 200])
})

test('a state that comes twice is paired with the later showing when the first was skipped', () => {
  const { lags } = matchChanges(lived(life, 0), lived(life.slice(1), 105))
  expect(lags.map(({ at, lag }) => [at, lag])).toEqual([
    [100, 5],
    [200, 5],
    [300, 5],
  ])
})

test('pods are told apart', () => {
  const { lags } = matchChanges(
    [
      { pod: 'a', state: 'ready', at: 1 },
      { pod: 'b', state: 'ready', at: 2 },
    ],
    [
      { pod: 'b', state: 'ready', at: 5 },
      { pod: 'a', state: 'ready', at: 9 },
    ],
  )
  expect(lags.map(({ pod, lag }) => [pod, lag])).toEqual([
    ['a', 8],
    ['b', 3],
  ])
})
