import { expect, test } from 'vitest'
import { planBatch } from './batch.ts'

const run = (name: string, length: number, blocked = false, sequence = 0) => ({
  name,
  sequence,
  pending: { length },
  blocked,
})
const plan = (runs: ReturnType<typeof run>[], size: number) =>
  planBatch(runs, size).map(({ run: { name }, count }) => `${name}:${count}`)

test('answers come first, then prompts in the order in which they came', () => {
  expect(plan([run('prompt', 5), run('answer', 1), run('later', 3)], 100)).toEqual([
    'answer:1',
    'prompt:5',
    'later:3',
  ])
})

test('a prompt that does not fit is taken in parts, and the next one waits', () => {
  expect(plan([run('long', 500), run('answer', 1), run('short', 2)], 64)).toEqual(['answer:1', 'long:63'])
  expect(plan([run('almost', 62), run('answer', 1), run('short', 2)], 64)).toEqual([
    'answer:1',
    'almost:62',
    'short:1',
  ])
})

test('who has unread tokens waits, and who has nothing to evaluate, too', () => {
  expect(plan([run('slow', 1, true), run('done', 0), run('answer', 1)], 64)).toEqual(['answer:1'])
  expect(plan([], 64)).toEqual([])
})

test('neighbours stand beside each other, whoever came first', () => {
  const runs = [run('third', 1, false, 2), run('prompt', 90, false, 1), run('first', 1, false, 0)]
  expect(plan(runs, 64)).toEqual(['first:1', 'prompt:62', 'third:1'])
})
