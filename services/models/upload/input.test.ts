import { describe, expect, test } from 'vitest'
import { InvalidField } from '../registry/fields.ts'
import { checkDigest, checkNumbers, checkUpload } from './input.ts'

const viewer = { tenantId: 'ann', isAdmin: false }
const input = { name: 'tiny', fileName: 'tiny.gguf', sizeBytes: 5 }
const fieldOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof InvalidField ? error.field : String(error)
  }
}

describe('an upload', () => {
  test('has what was left out', () => {
    expect(checkUpload(input, viewer)).toEqual({
      ...input,
      tag: 'latest',
      description: null,
      tenantId: 'ann',
    })
    const shared = checkUpload({ ...input, shared: true }, { ...viewer, isAdmin: true })
    expect(shared.tenantId).toBeNull()
  })

  test.each(['Qwen 2.5 (Q4_K_M) #1.gguf', 'modèle.gguf', '模型.gguf', 'a?b.gguf', '👩‍💻.gguf'])(
    'may be of %s',
    (fileName) => expect(checkUpload({ ...input, fileName }, viewer).fileName).toBe(fileName),
  )

  test('has a name that is the same from every system', () => {
    const decomposed = 'mode\u0300le.gguf'
    expect(checkUpload({ ...input, fileName: ` ${decomposed} ` }, viewer).fileName).toBe('modèle.gguf')
  })

  test.each([
    ['nothing', ' '],
    ['a folder', 'a/b.gguf'],
    ['a folder of Windows', 'a\\b.gguf'],
    ['the folder itself', '.'],
    ['the one above', '..'],
    ['a NUL', 'a\0.gguf'],
    ['an end of line', 'a\nb.gguf'],
    ['half a pair', 'a\ud800.gguf'],
    ['turned text', 'a\u202efugg.exe'],
    ['what cannot be seen', 'a\u200b.gguf'],
    ['a heap of marks', `a${'\u0301'.repeat(40)}.gguf`],
    ['a long name', 'ü'.repeat(128)],
  ])('is not of %s', (_case, fileName) => {
    expect(fieldOf(() => checkUpload({ ...input, fileName }, viewer))).toBe('fileName')
  })
})

test.each([
  [[1], undefined],
  [[3, 1], undefined],
  [[], 'numbers'],
  [[0], 'numbers'],
  [[4], 'numbers'],
  [[2, 2], 'numbers'],
])('of three parts the numbers %j', (numbers, expected) => {
  expect(fieldOf(() => checkNumbers(numbers, 3))).toBe(expected)
})

test('a digest may be in either case, or absent', () => {
  expect(checkDigest('A'.repeat(64))).toBe('a'.repeat(64))
  expect(checkDigest(undefined)).toBeNull()
  expect(fieldOf(() => checkDigest('abc'))).toBe('sha256')
})
