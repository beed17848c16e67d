import { expect, test } from 'vitest'
import { estimateMemory, keyValueBytes, memoryRequest } from './memory.ts'

const MiB = 2 ** 20

/** Llama 3.2 1B: 16 layers, 2048 wide, 32 heads of 64, 8 of them for keys and values. */
const llama = {
  contextLength: 131_072,
  blockCount: 16,
  embeddingLength: 2048,
  headCount: 32,
  headCountKv: 8,
  keyLength: null,
  valueLength: null,
  vocabularySize: 128_256,
}

test.each([
  // llama.cpp prints "KV buffer size = 128.00 MiB" for 4096 tokens of this shape.
  { contextSize: 4096, parallel: 1, expected: 128 * MiB },
  { contextSize: 4096, parallel: 4, expected: 512 * MiB },
  { contextSize: 8192, parallel: 1, expected: 256 * MiB },
])('the cache of $parallel x $contextSize tokens', ({ expected, ...runtime }) => {
  expect(keyValueBytes(llama, runtime)).toBe(expected)
})

test('without grouped attention every head has its own keys and values', () => {
  expect(keyValueBytes({ ...llama, headCountKv: null }, { contextSize: 4096, parallel: 1 })).toBe(512 * MiB)
})

test('heads may be wider than their share of the embedding', () => {
  // Qwen3 0.6B: 16 heads read 1024 numbers, and each makes 128 of them.
  const qwen = {
    ...llama,
    blockCount: 28,
    embeddingLength: 1024,
    headCount: 16,
    keyLength: 128,
    valueLength: 128,
  }
  expect(keyValueBytes(qwen, { contextSize: 4096, parallel: 1 })).toBe(448 * MiB)
})

test('a vocabulary costs its tables once, and its logits for each sequence', () => {
  const total = (vocabularySize: number | null, parallel: number) => {
    const runtime = { contextSize: 16, parallel, batchSize: 16 }
    return estimateMemory(MiB, { ...llama, vocabularySize }, runtime)?.totalBytes ?? 0
  }
  const alone = total(262_144, 1) - total(null, 1)
  expect(alone).toBeGreaterThan(240 * MiB)
  expect(alone).toBeLessThan(270 * MiB)
  expect(total(262_144, 9) - total(null, 9) - alone).toBe(8 * 4 * MiB)
})

test.each([
  ['blockCount', { ...llama, blockCount: null }],
  ['embeddingLength', { ...llama, embeddingLength: null }],
  ['headCount', { ...llama, headCount: null }],
])('is not known without %s', (_missing, shape) => {
  expect(estimateMemory(MiB, shape, { contextSize: 128, parallel: 1, batchSize: 16 })).toBeNull()
})

test('the parts make the total, and the request has headroom and is whole MiB', () => {
  const estimate = estimateMemory(700 * MiB, llama, { contextSize: 4096, parallel: 1, batchSize: 512 })
  expect(estimate?.modelBytes).toBe(700 * MiB)
  expect(estimate?.totalBytes).toBe(700 * MiB + (estimate?.contextBytes ?? 0))
  const request = memoryRequest(estimate, 700 * MiB)
  expect(request % MiB).toBe(0)
  expect(request).toBeGreaterThanOrEqual((estimate?.totalBytes ?? 0) * 1.1)
})

test('before the header is known the request is what is sure: the file and the process', () => {
  expect(memoryRequest(null, null)).toBeGreaterThan(192 * MiB)
  expect(memoryRequest(null, 1000 * MiB)).toBeGreaterThan(1192 * MiB)
})

test('a shape beyond all bounds is counted as the most that a count can be', () => {
  const huge = {
    ...llama,
    blockCount: 2 ** 31 - 1,
    embeddingLength: 2 ** 31 - 1,
    headCount: 1,
    headCountKv: 2 ** 31 - 1,
  }
  const estimate = estimateMemory(MiB, huge, { contextSize: 2 ** 20, parallel: 64, batchSize: 8_192 })
  expect(estimate?.totalBytes).toBe(Number.MAX_SAFE_INTEGER)
  expect(memoryRequest(estimate, MiB)).toBe(Number.MAX_SAFE_INTEGER)
})
