import { expect, test } from 'vitest'
import { namesFor } from './usage.ts'

test("other tenants' servers count, and keep their names to themselves", () => {
  const users = [
    { tenantId: 'a', name: 'chat' },
    { tenantId: 'b', name: 'secret-project' },
    { tenantId: 'c', name: 'other' },
  ]
  expect(namesFor(users, 'a')).toEqual(['chat', '2 servers of other tenants'])
  expect(namesFor(users.slice(0, 2), 'a')).toEqual(['chat', 'a server of another tenant'])
  expect(namesFor([], 'a')).toEqual([])
})
