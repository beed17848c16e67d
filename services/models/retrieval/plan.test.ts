import { expect, test } from 'vitest'
import {
  mostAttempts,
  mostChanges,
  mostOwnAttempts,
  nextMove,
  type Outcome,
  type Position,
  startOf,
} from './plan.ts'
import { stepNames, uploadStepNames } from './steps.ts'

const again: Outcome = { ok: false, kind: 'again', message: 'The network is away.' }

/** Plays a run against the outcomes given for each step, in order; whatever has none left succeeds. */
function play(
  outcomes: Partial<Record<Position['step'], Outcome[]>>,
  names: readonly Position['step'][] = stepNames,
) {
  const steps: string[] = []
  const pauses: number[] = []
  let position = startOf(names)
  for (let turn = 0; turn < 1_000; turn++) {
    steps.push(position.step)
    const move = nextMove(position, outcomes[position.step]?.shift() ?? { ok: true }, names)
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

test('an upload is here already: it is verified, inspected and published', () => {
  const { steps, end } = play({ VERIFY: [again] }, uploadStepNames)
  expect(steps).toEqual(['VERIFY', 'VERIFY', 'INSPECT', 'PUBLISH'])
  expect(end).toEqual({ kind: 'finish' })
})

test('a source that changes amid the download is resolved anew, so many times', () => {
  const changed: Outcome = { ok: false, kind: 'changed', message: 'The file changed.' }
  const { steps, end } = play({ DOWNLOAD: [changed] })
  const once = ['RESOLVE', 'SIGN', 'DOWNLOAD']
  expect(steps).toEqual([...once, ...once, 'VERIFY', 'INSPECT', 'PUBLISH'])
  expect(end).toEqual({ kind: 'finish' })
  const always = play({ DOWNLOAD: Array.from({ length: 99 }, () => changed) })
  expect(always.steps).toHaveLength(3 * (mostChanges + 1))
  expect(always.end).toEqual({
    kind: 'give up',
    error: 'The file changed. It was begun anew 3 times; retrieve again once the file is left as it is.',
  })
})

test('a download that gets further each time is tried for ever; its pauses stay short', () => {
  const further: Outcome = { ...again, progressed: true }
  const { steps, pauses, end } = play({ DOWNLOAD: Array.from({ length: 200 }, () => further) })
  expect(steps.filter((step) => step === 'DOWNLOAD')).toHaveLength(201)
  expect(Math.max(...pauses)).toBe(1_000)
  expect(end).toEqual({ kind: 'finish' })
})

test('only failures in a row count: one that got further begins the count anew', () => {
  const row = (length: number) => Array.from({ length }, () => again)
  const further: Outcome = { ...again, progressed: true }
  const { end } = play({ DOWNLOAD: [...row(mostAttempts - 1), further, ...row(mostAttempts - 2)] })
  expect(end).toEqual({ kind: 'finish' })
  const tooMany = play({ DOWNLOAD: [...row(mostAttempts - 1), further, ...row(mostAttempts - 1)] })
  expect(tooMany.end.kind).toBe('give up')
})

test('our own side is waited for about a day, in pauses of two minutes at most', () => {
  const full: Outcome = { ok: false, kind: 'own', message: 'The object store is full.' }
  const rest = play({ DOWNLOAD: Array.from({ length: mostOwnAttempts - 1 }, () => full) })
  expect(rest.end).toEqual({ kind: 'finish' })
  expect(Math.max(...rest.pauses)).toBe(120_000)
  const hours = rest.pauses.reduce((sum, pause) => sum + pause, 0) / 3_600_000
  expect(hours).toBeGreaterThan(24)
  expect(hours).toBeLessThan(26)
  const { end } = play({ DOWNLOAD: Array.from({ length: mostOwnAttempts }, () => full) })
  expect(end).toEqual({
    kind: 'give up',
    error: 'The object store is full. It was waited for a day; retrieve again once that is mended.',
  })
})

test('what is our own fault does not count against the source', () => {
  const full: Outcome = { ok: false, kind: 'own', message: 'The object store is full.' }
  const mixed = Array.from({ length: mostAttempts - 1 }, () => [again, full]).flat()
  expect(play({ DOWNLOAD: mixed }).end).toEqual({ kind: 'finish' })
})
