import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openLog } from './logs.ts'

const folder = mkdtempSync(join(tmpdir(), 'berth-logs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the tail has the last lines, also those of a disk that takes none', () => {
  // Every write to /dev/full fails as on a full disk.
  for (const file of [join(folder, '0.log'), '/dev/full']) {
    const log = openLog(file)
    for (let line = 0; line < 100; line += 1) log.write('stdout', Buffer.from(`line ${line}\n`))
    log.write('stderr', Buffer.from('there is no room'))
    log.end()
    const lines = log.tail().split('\n')
    expect(lines).toHaveLength(80)
    expect(lines.slice(-2)).toEqual(['line 99', 'there is no room'])
  }
})

test('the tail of long lines is as long as a termination message', () => {
  const log = openLog(join(folder, '1.log'))
  log.write('stdout', Buffer.from(`${'a'.repeat(70_000)}b\n`))
  log.end()
  expect(log.tail()).toBe(`${'a'.repeat(2046)}b`)
})
