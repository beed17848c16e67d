import { expect, test } from 'vitest'
import { InvalidField } from './fields.ts'
import { checkRegistration, checkUpdate } from './input.ts'

const rules = { buckets: ['upstream'], allow: [] }
const user = { tenantId: '7f3b0f9e-0000-4000-8000-000000000001', isAdmin: false }
const source = { uri: 's3://upstream/m.gguf' }

test('a registration belongs to the caller, under the tag latest', () => {
  expect(checkRegistration({ name: 'story.teller-2', source, description: '  ' }, user, rules)).toEqual({
    name: 'story.teller-2',
    tag: 'latest',
    description: null,
    tenantId: user.tenantId,
    sourceUri: 's3://upstream/m.gguf',
    sourceSha256: null,
  })
})

test('an admin may share', () => {
  const admin = { ...user, isAdmin: true }
  expect(checkRegistration({ name: 'm', source, shared: true }, admin, rules).tenantId).toBeNull()
})

test('a digest is kept in lower case', () => {
  const given = { name: 'm', source: { ...source, sha256: 'AB'.repeat(32) } }
  expect(checkRegistration(given, user, rules).sourceSha256).toBe('ab'.repeat(32))
})

test.each([
  ['name', { name: 'Story', source }],
  ['tag', { name: 'm', tag: 'v 1', source }],
  ['description', { name: 'm', description: 'x'.repeat(2_001), source }],
  ['shared', { name: 'm', shared: true, source }],
  ['source.sha256', { name: 'm', source: { ...source, sha256: 'abc' } }],
  ['source.uri', { name: 'm', source: { uri: 'http://example.com/m.gguf' } }],
  ['source.uri', { name: 'm', source: { uri: 'https://10.0.0.1/m.gguf' } }],
  ['source.uri', { name: 'm', source: { uri: 'https://[::ffff:7f00:1]/m.gguf' } }],
])('a wrong %s is named', (field, input) => {
  const check = () => checkRegistration(input, user, rules)
  expect(check).toThrow(InvalidField)
  expect(check).toThrow(expect.objectContaining({ field }))
})

const id = '7f3b0f9e-0000-4000-8000-000000000002'

test('an update changes what is given, and nothing else', () => {
  expect(checkUpdate({ id }, user)).toEqual({})
  expect(checkUpdate({ id, name: null, description: null, shared: null }, user)).toEqual({})
  expect(checkUpdate({ id, name: 'tale', description: ' ', shared: false }, user)).toEqual({
    name: 'tale',
    description: null,
    shared: false,
  })
})

test.each([
  ['name', { id, name: 'Tale' }],
  ['name', { id, name: '' }],
  ['description', { id, description: 'a\0' }],
  ['shared', { id, shared: true }],
])('a wrong %s of an update is named', (field, input) => {
  expect(() => checkUpdate(input, user)).toThrow(expect.objectContaining({ name: 'InvalidField', field }))
})
