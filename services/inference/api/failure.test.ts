import { expect, test } from 'vitest'
import { GrammarUnfitError } from '../engine/engine.ts'
import { PromptError } from '../engine/prompt.ts'
import { QueueFullError } from '../engine/slots.ts'
import { ApiFailure, defect, errorBody, toFailure } from './failure.ts'

const withStatus = (statusCode: number) => Object.assign(new Error('from fastify'), { statusCode })

test.each([
  [new ApiFailure(404, 'not_found', 'gone'), 404, 'not_found', 'invalid_request_error'],
  [new PromptError('empty'), 400, 'invalid_prompt', 'invalid_request_error'],
  [new GrammarUnfitError({}), 400, 'unsupported_grammar', 'invalid_request_error'],
  [new QueueFullError('full.', 100), 429, 'queue_full', 'rate_limit_error'],
  [withStatus(400), 400, 'invalid_request', 'invalid_request_error'],
  [withStatus(413), 413, 'request_too_large', 'invalid_request_error'],
  [withStatus(415), 415, 'unsupported_media_type', 'invalid_request_error'],
  [defect('abc'), 500, 'internal_error', 'server_error'],
])('%s', (error, status, code, type) => {
  expect(toFailure(error)).toMatchObject({ status, code, type })
})

test('a defect is not told', () => {
  expect(toFailure(new TypeError('x is undefined'))).toBeUndefined()
  expect(toFailure(withStatus(500))).toBeUndefined()
  expect(toFailure('text')).toBeUndefined()
})

test("the body has OpenAI's shape, and a full queue says when to come back", () => {
  const failure = new ApiFailure(400, 'unsupported_parameter', 'no', { param: 'tools' })
  expect(errorBody(failure)).toEqual({
    error: { message: 'no', type: 'invalid_request_error', param: 'tools', code: 'unsupported_parameter' },
  })
  expect(toFailure(new QueueFullError('full.', 1_200))?.retryAfterSeconds).toBe(2)
  expect(toFailure(new QueueFullError('full.', 10))?.retryAfterSeconds).toBe(1)
})
