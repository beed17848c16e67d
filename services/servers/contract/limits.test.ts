import { expect, test } from 'vitest'
import { describeBytes, parseBytes } from './bytes.ts'
import { limitsShape, tenantLimits } from './limits.ts'

test.each([
  ['64Gi', 64 * 2 ** 30],
  ['512Mi', 512 * 2 ** 20],
  [' 1000 ', 1000],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['500m', undefined],
  ['-1', undefined],
  ['64GB', undefined],
  ['', undefined],
  ['9999999999Ti', undefined],
])('reads the quantity %j as %j bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

test('describes bytes in the units that limits are given in', () => {
  expect(describeBytes(1.5 * 2 ** 30)).toBe('1.5 GiB')
  expect(describeBytes(242 * 2 ** 20)).toBe('242 MiB')
})

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
