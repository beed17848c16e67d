import { readFileSync, watch } from 'node:fs'

/**
 * A preload (`node --import`) that moves what `Date` says by as many milliseconds as the file of its query holds, whenever
 * that changes. Timers and `performance.now` go on as they do when a machine's clock is set.
 */
const file = new URL(import.meta.url).searchParams.get('file') ?? ''
const RealDate = Date
let offsetMs = 0

function read(): void {
  const text = readFileSync(file, 'utf8')
  // Empty for a moment while it is being written.
  if (text !== '') offsetMs = Number(text)
}

const { now } = RealDate
RealDate.now = () => now() + offsetMs
globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [RealDate.now()] : values, newTarget),
  apply: () => new RealDate(RealDate.now()).toString(),
})
read()
watch(file, { persistent: false }, read)
