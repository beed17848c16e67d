import { expect, test } from 'vitest'
import { contentOf } from './content.ts'

const uri = 'https://example.com/model.gguf?sig=secret'
const found = { sizeBytes: 1_000, etag: '"v1"' }

test('one address, size and tag are one content; what differs in any of them is another', () => {
  const content = contentOf(uri, found)
  expect(content).toMatch(/^[\da-f]{64}$/)
  expect(contentOf(uri, { ...found })).toBe(content)
  const others = [
    contentOf('https://example.com/model.gguf', found),
    contentOf(uri, { ...found, sizeBytes: 1_001 }),
    contentOf(uri, { ...found, etag: '"v2"' }),
  ]
  expect(new Set([content, ...others]).size).toBe(4)
})

test('a source that does not say enough names no content', () => {
  expect(contentOf(uri, { sizeBytes: undefined, etag: '"v1"' })).toBeUndefined()
  expect(contentOf(uri, { sizeBytes: 1_000, etag: undefined })).toBeUndefined()
})
