import { expect, test } from 'vitest'
import { newestOf } from './answer.ts'

const version = (id: string, more: Partial<Parameters<typeof newestOf>[0][number]> = {}) => ({
  id,
  status: 'READY' as const,
  source: { uri: 'https://models.example/model.gguf', sizeBytes: null },
  file: null,
  metadata: null,
  retrieval: null,
  ...more,
})
const upload = { source: { uri: 'upload:model.gguf', sizeBytes: 9 } }
const open = version('open', { ...upload, status: 'REGISTERED' })

test('the newest version is the first', () => {
  expect(newestOf([version('b'), version('a')])?.id).toBe('b')
  expect(newestOf([version('b', { status: 'REGISTERED' }), version('a')])?.id).toBe('b')
  expect(newestOf([])).toBeUndefined()
})

test('an upload that is not complete is the newest only where there is nothing else', () => {
  expect(newestOf([open, version('a')])?.id).toBe('a')
  expect(newestOf([open])?.id).toBe('open')
  expect(newestOf([version('complete', upload), version('a')])?.id).toBe('complete')
})
