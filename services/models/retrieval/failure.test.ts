import { describe, expect, test } from 'vitest'
import { failureOf, RetrievalFailure, stepFailure, storeFailure } from './failure.ts'

const coded = (code: string, message = 'https://store/key?signature=secret') =>
  Object.assign(new Error(message), { code })

describe('the object store', () => {
  test.each([
    [
      'XMinioStorageFull',
      'own',
      'The object store is full; free space in it, or give it more (XMinioStorageFull).',
    ],
    ['QuotaExceeded', 'own', 'The object store is full; free space in it, or give it more (QuotaExceeded).'],
    ['ECONNREFUSED', 'own', 'The object store failed: nothing listens there (ECONNREFUSED).'],
    ['AccessDenied', 'own', 'The object store failed: AccessDenied.'],
    ['NoSuchUpload', 'again', 'The object store failed: NoSuchUpload.'],
    ['PreconditionFailed', 'again', 'The object store failed: PreconditionFailed.'],
  ])('that says %s is a failure that is %s', (code, kind, message) => {
    expect(storeFailure(coded(code))).toMatchObject({ kind, message })
  })

  test('does not hide what is known already', () => {
    const known = new RetrievalFailure('final', 'The file is empty.')
    expect(storeFailure(known)).toBe(known)
  })
})

test("the own database is nobody else's to mend; what nobody foresaw is counted", () => {
  expect(stepFailure(coded('57P01'), 'RESOLVE')).toMatchObject({
    kind: 'own',
    message: 'The service cannot reach its database now; try again shortly.',
  })
  expect(stepFailure(coded('53100'), 'VERIFY').kind).toBe('own')
  expect(stepFailure(new TypeError('secret'), 'VERIFY')).toMatchObject({
    kind: 'again',
    message: 'The step verify failed: TypeError.',
  })
  // That is the source's connection, and its failure says so.
  const source = failureOf(coded('ECONNREFUSED'), 'The connection to example.com')
  expect(stepFailure(source, 'RESOLVE')).toBe(source)
})
