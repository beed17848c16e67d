import { check } from './check.ts'
import { runTests } from './vitest.ts'

/** `npm test`: the checks, then the contract suites, then the end-to-end run with a browser; or those that are named. */
const filters = process.argv.slice(2)
const runs = filters.length === 0 ? [check()] : []
if (runs.every(({ ok }) => ok)) runs.push(runTests(['contract', 'e2e'], filters))

const sum = (key: 'passed' | 'failed') => runs.reduce((total, counts) => total + counts[key], 0)
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`)
process.exit(runs.every(({ ok }) => ok) ? 0 : 1)
