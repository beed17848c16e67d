import { beforeAll, expect, test } from 'vitest'
import { type Accepts, acceptor } from './acceptor.ts'
import { anyInteger, anyNumber, type Bounds, integerWithin, numberWithin } from './numbers.ts'

let accepts: Accepts
beforeAll(async () => {
  accepts = await acceptor()
}, 60_000)

const isWithin = (value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds) =>
  value >= (minimum ?? -Infinity) &&
  value <= (maximum ?? Infinity) &&
  value > (exclusiveMinimum ?? -Infinity) &&
  value < (exclusiveMaximum ?? Infinity)

const cases: Bounds[] = [
  { minimum: 0 },
  { maximum: 0 },
  { minimum: 1, maximum: 12 },
  { minimum: -12, maximum: 37 },
  { minimum: -37, maximum: -8 },
  { minimum: 95, maximum: 105 },
  { exclusiveMinimum: 0, exclusiveMaximum: 10 },
  { minimum: 9, exclusiveMinimum: 9, maximum: 11 },
  { minimum: -0.5, maximum: 2.25 },
  { exclusiveMinimum: 0.5, maximum: 0.75 },
  { exclusiveMinimum: -1, exclusiveMaximum: 0 },
  { minimum: 7, maximum: 7 },
]

test.each(cases)('whole numbers within %j are those, and no others', (bounds) => {
  const grammar = integerWithin(bounds)
  for (let value = -130; value <= 130; value += 1) {
    const isAccepted = grammar !== undefined && accepts(grammar, String(value))
    expect(isAccepted, String(value)).toBe(isWithin(value, bounds))
  }
})

test.each(cases)('numbers within %j are those, and no others', (bounds) => {
  const grammar = numberWithin(bounds) ?? ''
  const places = Object.values(bounds).some((bound) => !Number.isInteger(bound)) ? 2 : 0
  for (let hundredths = -1_300; hundredths <= 1_300; hundredths += 1) {
    const value = hundredths / 100
    // As it is written: the places of the bounds always, further ones where they are not 0.
    const text = String(value).replace(/(\.\d+)?$/, (more) => (places ? (more || '.').padEnd(3, '0') : more))
    expect(accepts(grammar, text), text).toBe(isWithin(value, bounds))
  }
  expect(accepts(grammar, '-0')).toBe(false)
})

test('bounds that leave nothing, and that cannot be kept to', () => {
  expect(integerWithin({ minimum: 0.2, maximum: 0.8 })).toBeUndefined()
  expect(numberWithin({ exclusiveMinimum: 3, maximum: 3 })).toBeUndefined()
  expect(numberWithin({ minimum: 0.0000000001, maximum: 1e9 })).toBeUndefined()
  expect(integerWithin({ minimum: 1e16 })).toBeUndefined()
})

test('numbers without bounds', () => {
  for (const text of ['0', '-7', '120', '999999999999999']) expect(accepts(anyInteger, text)).toBe(true)
  for (const text of ['01', '1.5', '+1', '', '1000000000000000'])
    expect(accepts(anyInteger, text)).toBe(false)
  for (const text of ['0', '-7.25', '1e5', '1.5E-10']) expect(accepts(anyNumber, text)).toBe(true)
  for (const text of ['.5', '1.', '1e', '1e999', 'NaN']) expect(accepts(anyNumber, text)).toBe(false)
})

test('the bounds that libraries give a safe integer', () => {
  const safe = integerWithin({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }) ?? ''
  for (const text of ['0', '-1', '123456789', '-999999999999999']) expect(accepts(safe, text)).toBe(true)
})
