import { expect, test, vi } from 'vitest'
import { batch } from './batch.ts'

test('keys of one tick are loaded together, once each, and not kept', async () => {
  const load = vi.fn(
    async (keys: string[]) => new Map(keys.filter((key) => key !== 'c').map((key) => [key, key + key])),
  )
  const get = batch(load)
  expect(await Promise.all([get('a'), get('b'), get('a'), get('c')])).toEqual(['aa', 'bb', 'aa', undefined])
  expect(load.mock.calls).toEqual([[['a', 'b', 'c']]])
  await get('a')
  expect(load).toHaveBeenCalledTimes(2)
})

test('a load that fails fails its own tick alone', async () => {
  const load = vi.fn(async (keys: string[]) => new Map(keys.map((key) => [key, 1])))
  load.mockRejectedValueOnce(new Error('away'))
  const get = batch(load)
  await expect(get('a')).rejects.toThrow('away')
  await expect(get('a')).resolves.toBe(1)
})
