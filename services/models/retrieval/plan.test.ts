import { expect, test } from 'vitest'
import { mostAttempts, nextMove, type Outcome, type Position, start } from './plan.ts'

const again: Outcome = { ok: false, kind: 'again', message: 'The network is away.' }

/** Plays a run against the outcomes given for each step, in order; whatever has none left succeeds. */
function play(outcomes: Partial<Record<Position['step'], Outcome[]>>) {
  const steps: string[] = []
  const pauses: number[] = []
  let position = start
  for (let turn = 0; turn < 100; turn++) {
    steps.push(position.step)
    const move = nextMove(position, outcomes[position.step]?.shift() ?? { ok: true })
    if (move.kind !== 'run') return { steps, pauses, end: move }
    pauses.push(move.afterMs)
    position = move.position
  }
  throw new Error('the run never ended')
}

test('a run without trouble goes through every step once, without a pause', () => {
  const { steps, pauses, end } = play({})
  expect(steps).toEqual(['RESOLVE', 'SIGN', 'DOWNLOAD', 'VERIFY', 'INSPECT', 'PUBLISH'])
  expect(pauses.every((pause) => pause === 0)).toBe(true)
  expect(end).toEqual({ kind: 'finish' })
})

test('a failure that passes is tried again after growing pauses', () => {
  const { steps, pauses } = play({ DOWNLOAD: [again, again, again] })
  expect(steps.filter((step) => step === 'DOWNLOAD')).toHaveLength(4)
  expect(pauses.filter((pause) => pause > 0)).toEqual([1_000, 2_000, 4_000])
})

test('pauses end at 30 s, attempts at ten', () => {
  const { steps, pauses, end } = play({ VERIFY: Array.from({ length: 99 }, () => again) })
  expect(steps.filter((step) => step === 'VERIFY')).toHaveLength(mostAttempts)
  expect(Math.max(...pauses)).toBe(30_000)
  expect(end).toEqual({
    kind: 'give up',
    error: 'The network is away. It was tried 10 times; retrieve again once that is mended.',
  })
})

test('a source that asks for a longer pause gets it', () => {
  const { pauses } = play({
    RESOLVE: [
      { ...again, waitMs: 90_000 },
      { ...again, waitMs: 500 },
    ],
  })
  expect(pauses.filter((pause) => pause > 0)).toEqual([90_000, 2_000])
})

test('a failure that waiting does not mend ends the run at once', () => {
  const { steps, end } = play({ VERIFY: [{ ok: false, kind: 'final', message: 'The digest is another.' }] })
  expect(steps).toEqual(['RESOLVE', 'SIGN', 'DOWNLOAD', 'VERIFY'])
  expect(end).toEqual({ kind: 'give up', error: 'The digest is another.' })
})

test('a signature that is over is renewed and the download begun again', () => {
  const { steps, end } = play({ DOWNLOAD: [{ ok: false, kind: 'resign', message: 'Over.' }] })
  expect(steps).toEqual(['RESOLVE', 'SIGN', 'DOWNLOAD', 'SIGN', 'DOWNLOAD', 'VERIFY', 'INSPECT', 'PUBLISH'])
  expect(end).toEqual({ kind: 'finish' })
})

test('signatures that never hold end the run', () => {
  const over: Outcome = { ok: false, kind: 'resign', message: 'Over.' }
  const { end } = play({ DOWNLOAD: Array.from({ length: 99 }, () => over) })
  expect(end.kind).toBe('give up')
})

test('a source that changes amid the download is resolved anew, once', () => {
  const changed: Outcome = { ok: false, kind: 'changed', message: 'The file changed.' }
  const { steps, end } = play({ DOWNLOAD: [changed] })
  expect(steps).toEqual([
    'RESOLVE',
    'SIGN',
    'DOWNLOAD',
    'RESOLVE',
    'SIGN',
    'DOWNLOAD',
    'VERIFY',
    'INSPECT',
    'PUBLISH',
  ])
  expect(end).toEqual({ kind: 'finish' })
  expect(play({ DOWNLOAD: [changed, again, changed] }).end).toEqual({
    kind: 'give up',
    error: 'The file changed. It changed before, too; retrieve again once it is left as it is.',
  })
})
