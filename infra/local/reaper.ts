import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Ends what `npm start` leaves behind when it is killed outright. It is told of every process group, `+<id>` and
 * `-<id>`, on its standard input, and acts once its parent is gone. Berth itself ends its children in order; then there is nothing
 * left to do here.
 */
const groups = new Set<number>()
const parent = process.ppid

createInterface({ input: process.stdin }).on('line', (line) => {
  const id = Number(line.slice(1))
  if (!Number.isInteger(id) || id <= 1) return
  if (line.startsWith('+')) groups.add(id)
  else groups.delete(id)
})

function signal(name: NodeJS.Signals | 0): number {
  let alive = 0
  for (const id of groups) {
    try {
      process.kill(-id, name)
      alive += 1
    } catch {
      groups.delete(id)
    }
  }
  return alive
}

// The terminal's Ctrl-C is for Berth; this process ends after it.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined)

// The cluster holds the pipe's other end as well, so the end of input alone would come too late.
while (process.ppid === parent) await delay(250)
signal('SIGTERM')
for (let waited = 0; waited < 2_000 && signal(0) > 0; waited += 50) await delay(50)
signal('SIGKILL')
process.exit(0)
