import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { freshness } from './freshness.ts'

/**
 * `npm run check`: what needs neither a database nor a browser. Format and lint, types, generated files, unit tests. Ends at
 * the first that fails.
 */
const root = resolve(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)

const steps: { name: string; run(): boolean }[] = [
  { name: 'format and lint', run: () => succeeds('biome', ['check', '--error-on-warnings', '.']) },
  {
    name: 'types',
    run: () => succeeds('tsc', ['-p', 'tsconfig.json']) && succeeds('tsc', ['-p', 'frontend']),
  },
  { name: 'generated files', run: freshness },
  {
    name: 'unit tests',
    run: () => succeeds('vitest', ['run', '--project', 'unit', '--project', 'frontend']),
  },
]

function succeeds(command: string, args: string[]): boolean {
  return spawnSync(bin(command), args, { cwd: root, stdio: 'inherit' }).status === 0
}

for (const { name, run } of steps) {
  const startedAt = performance.now()
  if (!run()) {
    process.stderr.write(`check: ${name} failed\n`)
    process.exit(1)
  }
  process.stdout.write(`check: ${name} ok (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`)
}
