import { parseArgs } from 'node:util'
import { check } from './check.ts'
import { runTests } from './vitest.ts'

/**
 * `npm test`: the checks, then the contract suites, the end-to-end run with a browser and the faults; or those that are named.
 * With `--long` also the faults that take long: each part killed amid streams, and with a browser open.
 */
const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean', default: false } },
})
const runs =
  filters.length === 0
    ? [await check()]
    : [await runTests(['contract', 'e2e', 'faults', 'long'], { filters })]

// They wait more than they compute, and each has a Berth of its own.
if (filters.length === 0 && runs.every(({ ok }) => ok)) {
  process.stdout.write('\nTwo runs side by side: what the faults say comes at the end.\n')
  const faults = values.long ? ['faults', 'long'] : ['faults']
  runs.push(...(await Promise.all([runTests(['contract', 'e2e']), runTests(faults, { beside: true })])))
}

const sum = (key: 'passed' | 'failed') => runs.reduce((total, counts) => total + counts[key], 0)
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`)
process.exit(runs.every(({ ok }) => ok) ? 0 : 1)
