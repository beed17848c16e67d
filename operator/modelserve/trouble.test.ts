import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { troubleOf } from './trouble.ts'

const ended = (exitCode: number) => ({ terminated: { exitCode, reason: 'Error', message: 'no such file' } })

function podWith(status: Partial<V1ContainerStatus>): V1Pod {
  const container = { name: 'serve', image: 'i', imageID: '', ready: false, restartCount: 0, ...status }
  return { metadata: { name: 'pod' }, status: { phase: 'Running', containerStatuses: [container] } }
}

test('a crash is a trouble that may pass, and lasts when it has come back three times', () => {
  expect(troubleOf(podWith({ state: ended(1), restartCount: 2 }))).toEqual({
    reason: 'Error',
    message: 'serve exited with 1 (Error): no such file',
    lasting: false,
  })
  expect(troubleOf(podWith({ state: ended(1), restartCount: 3 }))?.lasting).toBe(true)
})

test('a container without enough memory is told as that, whatever it said', () => {
  const killed = { terminated: { exitCode: 137, reason: 'OOMKilled', message: 'the file may be damaged' } }
  const message = expect.stringMatching(/^serve exited with 137 \(OOMKilled\): it needed more memory than /)
  expect(troubleOf(podWith({ state: killed }))).toEqual({ reason: 'OOMKilled', message, lasting: false })
  const waiting = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } }
  expect(troubleOf(podWith({ state: waiting, lastState: killed }))).toMatchObject({ message })
})

test('a container that says that it was set up wrongly has a lasting trouble at once, until it is ready', () => {
  const waiting = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } }
  const running = { running: { startedAt: new Date() } }
  const message = 'serve exited with 78 (Error): no such file'
  expect(troubleOf(podWith({ state: ended(78) }))).toMatchObject({ message, lasting: true })
  expect(troubleOf(podWith({ state: waiting, lastState: ended(78) }))).toMatchObject({
    message,
    lasting: true,
  })
  expect(troubleOf(podWith({ state: running, lastState: ended(78) }))).toMatchObject({
    message,
    lasting: true,
  })
  expect(troubleOf(podWith({ state: running, lastState: ended(78), ready: true }))).toBeUndefined()
  expect(troubleOf(podWith({ state: running, lastState: ended(137) }))).toBeUndefined()
})
