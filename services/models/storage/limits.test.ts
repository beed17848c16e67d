import { expect, test } from 'vitest'
import { storageLimits } from './limits.ts'

const gibi = 2 ** 30
const limits = (given?: object) => storageLimits().parse(given && JSON.stringify(given))

test('without a setting everybody has the same', () => {
  const { tenant, shared } = limits()
  expect(tenant('ann')).toEqual({ storage: 500 * gibi, file: 100 * gibi })
  expect(tenant(undefined)).toEqual(tenant('ann'))
  expect(shared).toEqual(tenant('ann'))
})

test("a tenant's own limits go over the usual ones, one by one, and so do those of the shared catalogue", () => {
  const { tenant, shared } = limits({
    default: { storage: '10Gi' },
    shared: { storage: '1Ti', file: 5 },
    tenants: { acme: { file: '200Gi' } },
  })
  expect(tenant('acme')).toEqual({ storage: 10 * gibi, file: 200 * gibi })
  expect(tenant('constructor')).toEqual({ storage: 10 * gibi, file: 100 * gibi })
  expect(shared).toEqual({ storage: 1024 * gibi, file: 5 })
})

test.each([
  { default: { storage: 'lots' } },
  { default: { storage: -1 } },
  { default: { files: '1Gi' } },
  { tenants: { acme: '1Gi' } },
  { acme: { storage: '1Gi' } },
])('%j is a mistake', (given) => {
  expect(storageLimits().safeParse(JSON.stringify(given)).success).toBe(false)
})
