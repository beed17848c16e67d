import { expect, test } from 'vitest'
import { planBegin } from './begin.ts'

const file = { fileName: 'a.gguf', sizeBytes: 10 }
const at = new Date(0)
const open = { ...file, completedAt: null }
const complete = { ...file, completedAt: at }
const version = (status: 'REGISTERED' | 'RETRIEVING' | 'READY' | 'FAILED', sourceUri = 'upload:a.gguf') => ({
  status,
  sourceUri,
})

test.each([
  ['a version that is new', version('REGISTERED'), null, 'begin'],
  ['the same file again', version('REGISTERED'), open, 'resume'],
  ['another file while one is open', version('REGISTERED'), { ...open, fileName: 'b.gguf' }, 'taken'],
  ['a file of another size', version('REGISTERED'), { ...open, sizeBytes: 11 }, 'taken'],
  ['one whose steps run', version('RETRIEVING'), complete, 'taken'],
  ['one that is there', version('READY'), complete, 'taken'],
  ['one that failed', version('FAILED'), complete, 'begin'],
  ['one whose steps were called off', version('REGISTERED'), complete, 'begin'],
  ['one that comes from elsewhere', version('FAILED', 'https://example.com/a.gguf'), null, 'taken'],
] as const)('%s', (_case, found, upload, expected) => {
  expect(planBegin(found, upload, file)).toBe(expected)
})
