import { expect, test } from 'vitest'
import { createTimeline } from './timeline.ts'

test('an event is found whether it came before or after the question, with the time of its arrival', async () => {
  const timeline = createTimeline<string>()
  timeline.add('first')
  const later = timeline.first('second comes', (event) => event === 'second')
  timeline.add('second')
  expect(await timeline.first('first is there', (event) => event === 'first')).toBe(timeline.seen[0])
  expect(await later).toBe(timeline.seen[1])
  expect(timeline.seen[1]?.at).toBeGreaterThanOrEqual(timeline.seen[0]?.at ?? Number.NaN)
})

test('what came before `since` does not count', async () => {
  const timeline = createTimeline<number>()
  timeline.add(1)
  const next = timeline.first('a number comes', (event) => event > 0, timeline.seen.length)
  timeline.add(2)
  expect((await next).event).toBe(2)
})

test('a source that failed ends the waits of before and after; what it told stays', async () => {
  const timeline = createTimeline<string>()
  timeline.add('told')
  const waiting = timeline.first('more comes', (event) => event === 'more')
  timeline.fail(new Error('lost'))
  await expect(waiting).rejects.toThrow('lost')
  await expect(timeline.first('more comes', (event) => event === 'more')).rejects.toThrow('lost')
  expect((await timeline.first('it was told', (event) => event === 'told')).event).toBe('told')
})
