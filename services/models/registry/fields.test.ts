import { expect, test } from 'vitest'
import { checkDescription, checkName, checkShared, checkTag, InvalidField } from './fields.ts'

const user = { tenantId: '7f3b0f9e-0000-4000-8000-000000000001', isAdmin: false }

test.each(['a', 'story.teller-2', '0', 'a'.repeat(63)])('%j is a name and a tag', (text) => {
  expect(checkName(text)).toBe(text)
  expect(checkTag(text)).toBe(text)
})

test.each(['', 'Story', '-a', 'a-', '.', 'a b', 'ä', 'a\0', 'a\n', 'a'.repeat(64)])(
  '%j is neither',
  (text) => {
    expect(() => checkName(text)).toThrow(expect.objectContaining({ name: 'InvalidField', field: 'name' }))
    expect(() => checkTag(text)).toThrow(expect.objectContaining({ field: 'tag' }))
  },
)

test('a description is kept composed, without blanks around it; an empty one is none', () => {
  expect(checkDescription(' Märchen\n\tעברית 👩‍🚀 ')).toBe('Märchen\n\tעברית 👩‍🚀')
  expect(checkDescription('e\u0301')).toBe('\u00e9')
  expect([checkDescription(' \n '), checkDescription(''), checkDescription(null)]).toEqual([null, null, null])
})

test.each(['x'.repeat(2_001), 'a\0b', 'a\u202eb', '\ud800', `z${'\u0301'.repeat(40)}`])(
  'a description is not %j',
  (text) => {
    expect(() => checkDescription(text)).toThrow(InvalidField)
  },
)

test('only an admin shares; anybody may leave it', () => {
  expect(checkShared(true, { ...user, isAdmin: true })).toBe(true)
  expect([checkShared(false, user), checkShared(null, user), checkShared(undefined, user)]).toEqual([
    false,
    false,
    false,
  ])
  expect(() => checkShared(true, user)).toThrow(expect.objectContaining({ field: 'shared' }))
})
