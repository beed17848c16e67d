import { expect, test } from 'vitest'
import { waitsFor } from './admission.ts'

test.each([
  [{ kind: 'owner', underWay: 3 } as const, 'a-tenant', '3 other retrievals of this tenant are under way.'],
  [{ kind: 'owner', underWay: 1 } as const, 'a-tenant', 'another retrieval of this tenant is under way.'],
  [
    { kind: 'owner', underWay: 2 } as const,
    'shared',
    '2 other retrievals of the shared catalogue are under way.',
  ],
  [{ kind: 'all', underWay: 12 } as const, 'a-tenant', '12 other retrievals are under way.'],
])('%j of %s is told', (obstacle, owner, told) => {
  expect(waitsFor(obstacle, owner)).toBe(`It begins once there is room: ${told}`)
})

test('whoever waits for a download of the same file says so', () => {
  expect(waitsFor({ kind: 'content' }, 'a-tenant')).toMatch(/^Another retrieval downloads the same file/)
})
