import { expect, test } from 'vitest'
import { measurePair, ratioRow } from './pairs.ts'

test('who is first alternates, and each answer stays with who gave it', async () => {
  const order: string[] = []
  const by = (name: string) => async () => {
    order.push(name)
    return name
  }
  const measure = { target: by('target'), peer: by('peer') }
  expect([await measurePair(0, measure), await measurePair(1, measure)]).toEqual([
    { target: 'target', peer: 'peer' },
    { target: 'target', peer: 'peer' },
  ])
  expect(order).toEqual(['target', 'peer', 'peer', 'target'])
})

test('ratios are taken within pairs: what slows both down changes none of them', () => {
  const pairs = [1, 10, 1].map((slowness) => ({ target: 2 * slowness, peer: 4 * slowness }))
  expect(ratioRow('ms', pairs, (ms) => ms)).toEqual(['ms', 2, 4, 0.5, 0.5, 0.5])
})
