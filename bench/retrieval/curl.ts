import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** @throws when this machine has no curl or no sha256sum */
export async function expectTools(): Promise<void> {
  for (const tool of ['curl', 'sha256sum']) {
    await run(tool, ['--version']).catch(() => {
      throw new Error(`retrieval compares with ${tool}, which is not on this machine; install it.`)
    })
  }
}

/** Gets a URL as a person would who checks what came. @returns the file's SHA-256 @throws when it does not come */
export async function curl(url: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', 'set -e; curl -sSf "$1" | sha256sum', 'sh', url])
  return stdout.split(' ')[0] ?? ''
}
