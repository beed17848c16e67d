import { parseArgs } from 'node:util'
import { check } from './check.ts'
import { type Counts, runTests } from './vitest.ts'

/**
 * `npm test`: the checks, then the contract suites, the end-to-end run with a browser and the faults; or those that are named.
 * With `--long` also the faults that take long: each part killed amid streams, and with a browser open.
 */
const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean', default: false } },
})
/** More than this did not fail by what ran beside it. */
const mostFilesAgain = 3

async function runNamed(): Promise<boolean> {
  const { ok, passed, failed } = await runTests(['contract', 'e2e', 'faults', 'long'], { filters })
  tell(passed, failed)
  return ok
}

async function runAll(): Promise<boolean> {
  const runs: Counts[] = [await check()]
  const faults = values.long ? ['faults', 'long'] : ['faults']
  if (isGood(runs)) {
    // They wait more than they compute, and each has a Berth of its own.
    process.stdout.write('\nTwo runs side by side: what the faults say comes at the end.\n')
    runs.push(...(await Promise.all([runTests(['contract', 'e2e']), runTests(faults, { beside: true })])))
  }
  const sum = (key: 'passed' | 'failed') => runs.reduce((total, counts) => total + counts[key], 0)
  tell(sum('passed'), sum('failed'))
  if (isGood(runs)) return true
  const files = runs.slice(1).flatMap(({ failedFiles }) => failedFiles)
  const isWorthIt = runs.every(({ ok, failedFiles }) => ok || failedFiles.length > 0)
  if (!isWorthIt || files.length === 0 || files.length > mostFilesAgain) return false
  // docs/decisions/0027
  process.stdout.write(`\nOnce more, with nothing beside it: ${files.join(', ')}\n`)
  const again = await runTests(['contract', 'e2e', ...faults], { filters: files })
  const found = again.ok ? 'NOT STEADY, passed the second time only' : 'failed twice'
  process.stdout.write(`\n${found}: ${files.join(', ')}\n`)
  tell(sum('passed') + sum('failed') - again.failed, again.failed)
  return again.ok
}

const isGood = (runs: readonly Counts[]) => runs.every(({ ok }) => ok)

function tell(passed: number, failed: number): void {
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
}

const isOk = await (filters.length > 0 ? runNamed() : runAll())
process.exit(isOk ? 0 : 1)
