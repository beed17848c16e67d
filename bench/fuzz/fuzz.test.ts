import { expect, test } from 'vitest'
import { inspect } from '../../services/models/gguf/metadata.ts'
import { mutate } from './mutate.ts'
import { createRandom } from './random.ts'
import { playRound } from './round.ts'
import { soundHeaders } from './sound.ts'
import { add, newTally } from './tally.ts'

const headers = soundHeaders()

test('what is mutated is sound to begin with', async () => {
  const read = (bytes: Buffer) => async (start: number, length: number) =>
    bytes.subarray(start, start + length)
  const found = await Promise.allSettled(headers.map(({ bytes }) => inspect(read(bytes), undefined)))
  const reasons = found.filter((one) => one.status === 'rejected').map(({ reason }) => reason.message)
  // The shard is sound as a shard.
  expect(reasons).toEqual([expect.stringContaining('shard 2 of 3')])
  for (const { fields, seams, bytes } of headers) {
    expect(fields.length).toBeGreaterThan(5)
    expect(seams.at(-1)).toBe(bytes.length)
  }
})

test('the same seed and number are the same header, others another', () => {
  const header = (seed: number, round: number) => mutate(headers, createRandom(seed, round))
  expect(header(3, 70)).toEqual(header(3, 70))
  expect(header(3, 71)).not.toEqual(header(3, 70))
  expect(header(4, 70)).not.toEqual(header(3, 70))
})

test('mutated headers are taken for models or refused with a reason, and nothing else happens', async () => {
  const tally = newTally()
  for (let round = 1; round <= 1_500; round += 1) add(tally, round, await playRound(headers, 5, round))
  expect(tally.faults).toEqual([])
  // The mutations reach what there is to refuse: each reason is another check.
  expect(tally.outcomes.size).toBeGreaterThan(20)
  expect(tally.outcomes.get('a model')).toBeGreaterThan(50)
}, 120_000)
