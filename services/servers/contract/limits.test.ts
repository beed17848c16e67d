import { expect, test } from 'vitest'
import { limitsShape, tenantLimits } from './limits.ts'

test("a tenant's own limits go over the defaults, one by one", () => {
  const defaults = { servers: 10, replicas: 20, cpu: 32, memory: 2 ** 36 }
  const own = limitsShape.partial().parse({ servers: 2, memory: '1Gi' })
  const limitsOf = tenantLimits(defaults, { ada: own })
  expect(limitsOf('berth-ada')).toEqual({ servers: 2, replicas: 20, cpu: 32, memory: 2 ** 30 })
  expect(limitsOf('berth-constructor')).toEqual(defaults)
})

test('a limit that does not exist is a mistake', () => {
  expect(limitsShape.partial().safeParse({ gpus: 2 }).success).toBe(false)
  expect(limitsShape.partial().safeParse({ memory: 'lots' }).success).toBe(false)
})
