import { createServer } from 'node:net'
import { type Ports, StartError } from './settings.ts'

/**
 * Makes sure that every port is free on 127.0.0.1.
 * @throws StartError naming the first one that is not.
 */
export async function requireFreePorts(ports: Ports): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    const code = await tryPort(port)
    if (code === undefined) continue
    const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`
    throw new StartError(
      `Port ${port}, for ${name}, ${why}: stop what has it, or choose other ports with npm start -- --port ${ports.gateway + 100}`,
    )
  }
}

function tryPort(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
