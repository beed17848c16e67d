import { readFileSync } from 'node:fs'

/** How many connections of this machine to one of its own ports are open, from the kernel's table (proc(5), `/proc/net/tcp`). */
export function connectionsTo(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const established = new RegExp(`^ *\\d+: \\w+:\\w+ \\w+:${hex} 01 `)
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .filter((line) => established.test(line)).length
}
