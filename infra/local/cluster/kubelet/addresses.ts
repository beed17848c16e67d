import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import type { Pod } from '../objects.ts'

/** Whether this machine lets one bind any 127.x.y.z (Linux does; others need an alias per address). */
const manyLoopbacks = process.platform === 'linux'

/** A pod that listens on every address takes its port from all of these: then a search of them all ends like one of some. */
const mostTries = 500

function bindable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}

/** Gives each pod a loopback address of its own from 127.77.0.0/16, so that pods can share a port number. */
export function createAddresses(data: string, taken: () => Set<string>): (pod: Pod) => Promise<string> {
  // Two clusters on one machine start in different places of the range.
  let next = createHash('sha256').update(data).digest().readUInt16BE() % 65_000
  const given = new Set<string>()
  return async (pod) => {
    if (pod.status?.podIP) return pod.status.podIP
    if (!manyLoopbacks) return '127.0.0.1'
    const ports = pod.spec.containers
      .flatMap((container) => container.ports ?? [])
      .map((port) => port.containerPort)
    for (let tries = 0; tries < mostTries; tries += 1) {
      next = (next + 1) % 65_000
      const address = `127.77.${next >> 8}.${next & 255}`
      if ((next & 255) === 0 || (next & 255) === 255 || given.has(address) || taken().has(address)) continue
      given.add(address)
      if (given.size > 10_000) given.clear()
      const free = await Promise.all(ports.map((port) => bindable(address, port)))
      if (free.every(Boolean)) return address
    }
    throw new Error(
      `no loopback address in 127.77.0.0/16 has port ${ports.join(', ')} free; does something listen on 0.0.0.0?`,
    )
  }
}
