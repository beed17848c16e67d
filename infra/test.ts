import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'

/** `npm test`: the checks, then the contract suites, then the end-to-end run with a browser. */
const root = resolve(import.meta.dirname, '..')

function runOrExit(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const filters = process.argv.slice(2)
const vitest = join(root, 'node_modules/.bin/vitest')
if (filters.length === 0) runOrExit(process.execPath, [join(root, 'infra/check.ts')])
runOrExit(vitest, ['run', '--project', 'contract', '--project', 'e2e', ...filters])
