import { run } from '@berth/platform/lifecycle'
import { createLog } from '@berth/platform/log'
import { environment } from './environment.ts'
import { startObjectStore } from './server.ts'

const log = createLog('objects')

await run(log, async (closers) => {
  const store = await startObjectStore(environment(), log)
  closers.add('store', () => store.close(5_000))
  log.info({ listening: store.port }, 'ready')
})
