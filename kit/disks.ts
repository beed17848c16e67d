import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalBerth } from './launch.ts'

/**
 * Gives folders a small disk each (tmpfs), which only those see that run under the returned command. It needs no root where
 * Linux lets everybody have namespaces of their own.
 * @param disks sizes as `mount` takes them, by absolute path; a disk in another one comes after it
 * @throws where the system allows no such disks
 */
export function smallDisks(disks: Readonly<Record<string, string>>): string[] {
  const mounts = Object.entries(disks).map(
    ([path, size]) => `mkdir -p '${path}' && mount -t tmpfs -o size=${size},mode=711 tmpfs '${path}'`,
  )
  for (const path of Object.keys(disks)) mkdirSync(path, { recursive: true, mode: 0o711 })
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  const again = `unshare -U --map-user=${uid} --map-group=${gid} `
  const script = `${mounts.join(' && ')} && exec ${uid === 0 ? '' : again}"$@"`
  const command = ['unshare', uid === 0 ? '-m' : '-rm', 'sh', '-c', script, 'sh']
  try {
    execFileSync('unshare', [...command.slice(1), 'true'], { stdio: 'pipe' })
  } catch (error) {
    throw new Error(
      'This system gives tests no small disks: run them as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0).',
      { cause: error },
    )
  }
  return command
}

/** A folder as the processes of a Berth see it, on its disk. */
const seenBy = ({ process }: LocalBerth, folder: string) => `/proc/${process.pid}/root${folder}`
const ballast = 'ballast'

/** Fills the disk of a folder to its last byte, but for so many. */
export function fill(berth: LocalBerth, folder: string, leaveBytes = 0): void {
  const file = openSync(join(seenBy(berth, folder), ballast), 'w')
  const block = Buffer.alloc(65_536, 1)
  let written = 0
  try {
    for (let size = block.length; size > 0; ) {
      try {
        written += writeSync(file, block, 0, size)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        size = Math.floor(size / 16)
      }
    }
  } finally {
    closeSync(file)
  }
  if (leaveBytes > 0)
    execFileSync('truncate', ['-s', String(written - leaveBytes), join(seenBy(berth, folder), ballast)])
}

/** Makes room again. */
export function makeRoom(berth: LocalBerth, folder: string): void {
  rmSync(join(seenBy(berth, folder), ballast), { force: true })
}
