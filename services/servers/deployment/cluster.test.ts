import { ApiException } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { ModelsUnavailable } from '../models/client.ts'
import { ClusterUnavailable, Refused, translateError } from './cluster.ts'
import { pauseAfter, waitingFor } from './persist.ts'

const answer = (code: number, message: string, reason = 'Unknown') =>
  new ApiException(code, message, JSON.stringify({ kind: 'Status', code, reason, message }), {})

test.each([
  [
    'the webhook says no',
    answer(403, 'admission webhook "contract.berth.dev" denied the request: expired'),
    Refused,
  ],
  ['the spec is not valid', answer(422, 'spec.replicas: Invalid value'), Refused],
  ['the webhook is away', answer(500, 'failed calling webhook'), ClusterUnavailable],
  ['too many requests', answer(429, 'slow down'), ClusterUnavailable],
  ['somebody else was first', answer(409, 'the object has been modified'), ClusterUnavailable],
  [
    'the namespace is going',
    answer(403, 'namespace berth-ada because it is being terminated'),
    ClusterUnavailable,
  ],
  [
    'the definition is not there yet',
    answer(404, 'the server could not find the requested resource'),
    ClusterUnavailable,
  ],
  ['the API hangs', new DOMException('timed out', 'TimeoutError'), ClusterUnavailable],
  ['no connection', new Error('connect ECONNREFUSED 127.0.0.1:6443'), ClusterUnavailable],
])('%s', (_case, error, kind) => {
  expect(translateError(error)).toBeInstanceOf(kind)
})

test("a refusal keeps the API's own words", () => {
  expect(translateError(answer(422, 'spec.replicas: Invalid value')).message).toBe(
    'The Kubernetes API refused the ModelServe: spec.replicas: Invalid value',
  )
})

test('pauses grow, and stay short enough for a person to wait', () => {
  expect([1, 2, 3, 6, 50].map(pauseAfter)).toEqual([200, 400, 800, 6_400, 10_000])
})

test('what is being waited for is told without its inside', () => {
  expect(waitingFor(translateError(new Error('connect ECONNREFUSED')))).toBe(
    'Waiting: the Kubernetes API cannot be reached. Berth goes on trying.',
  )
  expect(waitingFor(new ModelsUnavailable('The models service cannot be reached.'))).toBe(
    'Waiting: The models service cannot be reached. Berth goes on trying.',
  )
  expect(waitingFor(new Error('password=hunter2'))).not.toContain('hunter2')
})
