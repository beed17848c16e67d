import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { freshness } from './freshness.ts'
import { type Counts, runTests } from './vitest.ts'

const root = resolve(import.meta.dirname, '..')

const steps: { name: string; run(): boolean }[] = [
  { name: 'format and lint', run: () => succeeds('biome', ['check', '--error-on-warnings', '.']) },
  {
    name: 'types',
    run: () => succeeds('tsc', ['-p', 'tsconfig.json']) && succeeds('tsc', ['-p', 'frontend']),
  },
  { name: 'generated files', run: freshness },
]

function succeeds(command: string, args: string[]): boolean {
  return (
    spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: root, stdio: 'inherit' }).status === 0
  )
}

/**
 * What needs neither a database nor a browser: format and lint, types, generated files, unit tests. Ends the process at
 * the first that fails.
 */
export function check(): Promise<Counts> {
  for (const { name, run } of steps) {
    const startedAt = performance.now()
    if (!run()) {
      process.stderr.write(`check: ${name} failed\n`)
      process.exit(1)
    }
    process.stdout.write(`check: ${name} ok (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`)
  }
  return runTests(['unit', 'frontend'])
}

if (import.meta.main) process.exit((await check()).ok ? 0 : 1)
