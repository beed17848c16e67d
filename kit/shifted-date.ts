import { openSync, readSync } from 'node:fs'

/**
 * A preload (`node --import`) that moves what `Date` says by as many milliseconds as the file of its query holds. It is
 * read each time: as with a machine's own clock, no process learns later than another that it was set. Timers and
 * `performance.now` go on as they do then.
 */
const file = openSync(new URL(import.meta.url).searchParams.get('file') ?? '', 'r')
const RealDate = Date
const offsetMs = new Float64Array(1)

const { now } = RealDate
RealDate.now = () => {
  readSync(file, offsetMs, 0, 8, 0)
  return now() + (offsetMs[0] ?? 0)
}
globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [RealDate.now()] : values, newTarget),
  apply: () => new RealDate(RealDate.now()).toString(),
})
