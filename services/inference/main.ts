import { createLog } from '@berth/platform/log'
import { terminationLog } from './environment.ts'
import { createLastWords } from './last-words.ts'

const log = createLog('inference')
const lastWords = createLastWords(terminationLog())
const [role] = process.argv.slice(2)

// Each role loads its own parts only: the pod's start waits for both, one after the other.
if (role === 'fetch') {
  const { runFetch } = await import('./fetch/run.ts')
  await runFetch(log, lastWords)
} else if (role === 'serve') {
  const { runServe } = await import('./serve.ts')
  await runServe(log, lastWords)
} else {
  log.fatal(`Say what to do: "fetch" downloads the model, "serve" answers requests; not "${role ?? ''}".`)
  process.exitCode = 1
}
