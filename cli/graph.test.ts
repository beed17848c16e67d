import { expect, test } from 'vitest'
import { Away, createPersist, Refused } from './graph.ts'

function createScene() {
  const said: string[] = []
  const pauses: number[] = []
  const stop = new AbortController()
  const pause = async (ms: number) => void pauses.push(ms)
  const persist = createPersist({ signal: stop.signal, pause, say: (line) => void said.push(line) })
  return { said, pauses, stop, persist }
}

const failing = (times: number, error: Error) => {
  let left = times
  return async () => {
    if (left-- > 0) throw error
    return 'done'
  }
}

test('an outage is waited out, and told once however many notice it', async () => {
  const { said, pauses, persist } = createScene()
  const away = new Away('The store is away.')
  await Promise.all([1, 2, 3].map(() => persist(failing(2, away))))
  expect(said).toEqual(['The store is away. Trying again; Ctrl-C keeps what was sent.', 'It goes on.'])
  expect(pauses).toEqual([500, 500, 500, 1_000, 1_000, 1_000])
})

test('a refusal is not asked again', async () => {
  const { pauses, persist } = createScene()
  await expect(persist(failing(1, new Refused('No.')))).rejects.toThrow('No.')
  expect(pauses).toEqual([])
})

test('whoever stops it gets its own reason', async () => {
  const { stop, persist } = createScene()
  stop.abort(new Error('stopped'))
  await expect(persist(failing(1, new Away('away')))).rejects.toThrow('stopped')
})
