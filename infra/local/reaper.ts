import { openSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Ends what `npm start` leaves behind when it is killed outright: `reaper.ts <record> <parent's id>`. The record has a line for
 * every process group that began, `+<id>`, and ended, `-<id>`; it is read once the parent is gone. Berth itself ends its
 * children in order; then there is nothing left to do here.
 */
const [file = '', parent] = process.argv.slice(2)
// Opened now: whoever kills Berth may remove its folder next.
const record = openSync(file, 'r')

function groupsIn(text: string): Set<number> {
  const groups = new Set<number>()
  for (const line of text.split('\n')) {
    const id = Number(line.slice(1))
    if (!Number.isInteger(id) || id <= 1 || id === process.pid) continue
    if (line.startsWith('+')) groups.add(id)
    else groups.delete(id)
  }
  return groups
}

function signal(groups: Set<number>, name: NodeJS.Signals | 0): number {
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

while (process.ppid === Number(parent)) await delay(250)
const groups = groupsIn(readFileSync(record, 'utf8'))
signal(groups, 'SIGTERM')
for (let waited = 0; waited < 2_000 && signal(groups, 0) > 0; waited += 50) await delay(50)
signal(groups, 'SIGKILL')
process.exit(0)
