import { expect, test } from 'vitest'
import { moveCursor } from './cursor.ts'

const query = 'subscription S($after: String) { serversChanged(after: $after) { cursor } }'

test('moves the cursor of a subscription that takes one', () => {
  const payload = { query, variables: {} }
  moveCursor(payload, { serversChanged: { cursor: '7' } })
  expect(payload.variables).toEqual({ after: '7' })
})

test('leaves a subscription without a cursor as it is', () => {
  const payload = {
    query: 'subscription R($id: ID!) { retrieval(versionId: $id) { id } }',
    variables: { id: 'a' },
  }
  moveCursor(payload, { retrieval: { id: 'a', cursor: '7' } })
  expect(payload.variables).toEqual({ id: 'a' })
})

test('an answer with errors alone moves nothing', () => {
  const payload = { query, variables: { after: '3' } }
  moveCursor(payload, null)
  expect(payload.variables.after).toBe('3')
})
