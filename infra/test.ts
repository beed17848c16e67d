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

const isOk = await (filters.length > 0 ? runNamed() : runAll())
process.exit(isOk ? 0 : 1)

async function runNamed(): Promise<boolean> {
  const counts = await runTests(['contract', 'e2e', 'faults', 'long'], { filters })
  return told([counts])
}

async function runAll(): Promise<boolean> {
  const checks = await check()
  if (!checks.ok) return told([checks])
  // They wait more than they compute, and each has a Berth of its own.
  process.stdout.write('\nTwo runs side by side: what the faults say comes at the end.\n')
  const faults = values.long ? ['faults', 'long'] : ['faults']
  const runs = await Promise.all([runTests(['contract', 'e2e']), runTests(faults, { beside: true })])
  if (told([checks, ...runs])) return true
  const files = runs.flatMap(({ failedFiles }) => failedFiles)
  const isKnown = runs.every(({ ok, failedFiles }) => ok || failedFiles.length > 0)
  return isKnown && files.length <= mostFilesAgain && runAgain(['contract', 'e2e', ...faults], files)
}

/** A second run of what failed, with nothing beside it (docs/decisions/0027); says what then is known of it. */
async function runAgain(projects: string[], files: string[]): Promise<boolean> {
  const named = files.join(', ')
  process.stdout.write(`\nOnce more, with nothing beside it: ${named}\n`)
  const { ok } = await runTests(projects, { filters: files })
  process.stdout.write(`\n${ok ? 'NOT STEADY, passed the second time only' : 'failed twice'}: ${named}\n`)
  return ok
}

/** Says the sums of some runs. @returns whether all of them were good */
function told(runs: readonly Counts[]): boolean {
  const sum = (key: 'passed' | 'failed') => runs.reduce((total, counts) => total + counts[key], 0)
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`)
  return runs.every(({ ok }) => ok)
}
