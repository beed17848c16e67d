import { expect, test, vi } from 'vitest'
import { batch } from './batch.ts'

const [a = '', b = '', c = ''] = ['a', 'b', 'c'].map((end) => `7f3b0f9e-0000-4000-8000-00000000000${end}`)

test('keys of one tick are loaded together, once each, and not kept', async () => {
  const load = vi.fn(
    async (keys: string[]) => new Map(keys.filter((key) => key !== c).map((key) => [key, key.slice(-1)])),
  )
  const get = batch(load)
  expect(await Promise.all([get(a), get(b), get(a), get(c)])).toEqual(['a', 'b', 'a', undefined])
  expect(load.mock.calls).toEqual([[[a, b, c]]])
  await get(a)
  expect(load).toHaveBeenCalledTimes(2)
})

test('a load that fails fails its own tick alone', async () => {
  const load = vi.fn(async (keys: string[]) => new Map(keys.map((key) => [key, 1])))
  load.mockRejectedValueOnce(new Error('away'))
  const get = batch(load)
  await expect(get(a)).rejects.toThrow('away')
  await expect(get(a)).resolves.toBe(1)
})

test('a key may be in upper case; what is no key is asked of nobody', async () => {
  const load = vi.fn(async (keys: string[]) => new Map(keys.map((key) => [key, 1])))
  const get = batch(load)
  expect(await Promise.all([get(a.toUpperCase()), get('a\0'), get('')])).toEqual([1, undefined, undefined])
  expect(load.mock.calls).toEqual([[[a]]])
})
