import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@berth/platform/log'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { greedy } from '../../services/inference/engine/generate.ts'
import { loadEngine } from '../../services/inference/engine/llama.ts'
import type { Shape } from './shapes.ts'
import { writeRandomGguf } from './write.ts'

const tiny: Shape = {
  blocks: 2,
  width: 64,
  feedForward: 128,
  heads: 4,
  keyValueHeads: 2,
  vocabulary: 1_000,
  contextLength: 128,
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-gguf-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function digestOf(name: string, seed: number): Promise<string> {
  const path = join(folder, name)
  await writeRandomGguf(path, 'tiny', tiny, seed)
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

test('the same seed gives the same bytes, another one others', async () => {
  const first = await digestOf('a.gguf', 1)
  expect(await digestOf('b.gguf', 1)).toBe(first)
  expect(await digestOf('c.gguf', 2)).not.toBe(first)
})

test('the engine loads it, and answers with as many tokens as it may', async () => {
  const path = join(folder, 'whole.gguf')
  await writeRandomGguf(path, 'tiny', tiny)
  const log = createLog('test', 'silent')
  const place = { name: 'tiny', path, contextSize: 128, sequences: 1 }
  const engine = await loadEngine({ ...place, batchSize: 64, threads: 1, gpuLayers: 0, log })
  try {
    expect(engine.vocabulary.size).toBe(tiny.vocabulary)
    expect(engine.contextSize).toBe(tiny.contextLength)
    const prompt = engine.vocabulary.tokenize('two words', false)
    expect(engine.vocabulary.detokenize(prompt, [])).toBe('two words')
    const answer = engine.sequences[0]?.generate(prompt, greedy, 12, new AbortController().signal)
    if (!answer) throw new Error('The engine has no sequence.')
    const tokens = await Array.fromAsync(answer, ({ token }) => token)
    expect(tokens).toHaveLength(12)
    expect(new Set(tokens).size).toBeGreaterThan(1)
  } finally {
    await engine.close()
  }
}, 30_000)
