import { expect, test } from 'vitest'
import { refusal } from './refusal.ts'

const gibi = 2 ** 30
const storage = {
  usedBytes: 6 * gibi,
  reservedBytes: 2 * gibi,
  limitBytes: 10 * gibi,
  fileLimitBytes: 4 * gibi,
}
const wanted = (sizeBytes: number | null, shared = false) => ({ name: 'tale:v1', sizeBytes, shared })

test.each([0, 1, 2 * gibi, null])('%j bytes more have room', (sizeBytes) => {
  expect(refusal(storage, wanted(sizeBytes))).toBeUndefined()
})

test('what does not fit is refused with the figures, and with what to do', () => {
  expect(refusal(storage, wanted(2 * gibi + 1))).toBe(
    'There is no room for tale:v1 of 2 GiB: this tenant stores 6 GiB, 2 GiB are on their way, and the limit is 10 GiB. Delete versions that are no longer needed, or ask for a higher limit.',
  )
  expect(refusal({ ...storage, reservedBytes: 0 }, wanted(4 * gibi + 1, true))).toMatch(/^tale:v1 has 4 GiB/)
  expect(refusal({ ...storage, reservedBytes: 0, limitBytes: 0 }, wanted(1, true))).toMatch(
    /^There is no room for tale:v1 of 1 bytes: the shared catalogue stores 6 GiB, and the limit is 0 bytes/,
  )
})

test('a file is limited by itself, too', () => {
  expect(refusal({ ...storage, usedBytes: 0 }, wanted(5 * gibi))).toBe(
    'tale:v1 has 5 GiB; a file can have 4 GiB at most. Choose a smaller quantisation, or ask for a higher limit.',
  )
})

test('a file of unknown size needs some room', () => {
  expect(refusal({ ...storage, limitBytes: 8 * gibi }, wanted(null))).toMatch(/no room for tale:v1:/)
})

test('after a limit was lowered nothing comes in any more', () => {
  expect(refusal({ ...storage, limitBytes: gibi }, wanted(1))).toMatch(/the limit is 1 GiB/)
})
