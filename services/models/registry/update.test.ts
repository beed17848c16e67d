import { expect, test } from 'vitest'
import { changed } from './update.ts'

const viewer = { tenantId: 'mine', isAdmin: true }
const at = new Date(0)
const model = { id: '1', tenantId: 'mine', name: 'tale', description: 'Told.', createdAt: at, updatedAt: at }
const shared = { ...model, tenantId: null }

test('what is given is changed, the rest stays', () => {
  expect(changed(model, viewer, { name: 'story' })).toEqual({ ...model, name: 'story' })
  expect(changed(model, viewer, { description: null })).toEqual({ ...model, description: null })
})

test('what makes no difference is no change', () => {
  expect(changed(model, viewer, {})).toBeUndefined()
  expect(changed(model, viewer, { name: 'tale', description: 'Told.', shared: false })).toBeUndefined()
  expect(changed(shared, viewer, { shared: true })).toBeUndefined()
})

test('a model moves into the shared catalogue, and out of it to whoever moves it', () => {
  expect(changed(model, viewer, { shared: true })).toEqual(shared)
  expect(changed(shared, viewer, { shared: false })).toEqual(model)
  expect(changed(shared, viewer, { name: 'story' })).toEqual({ ...shared, name: 'story' })
})
