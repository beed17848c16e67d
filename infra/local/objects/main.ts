import { run } from '@berth/platform/lifecycle'
import { createLog } from '@berth/platform/log'
import { environment } from './environment.ts'
import { startObjectStore } from './server.ts'

const log = createLog('objects')

await run(log, async (closers) => {
  const settings = environment()
  const store = await startObjectStore({
    host: settings.OBJECTS_HOST,
    port: settings.OBJECTS_PORT,
    data: settings.OBJECTS_DATA,
    credentials: settings.OBJECTS_CREDENTIALS,
    region: settings.OBJECTS_REGION,
    buckets: settings.OBJECTS_BUCKETS,
    report: (record) => log.error(record, 'a request failed through a fault of the store'),
  })
  closers.add('store', () => store.close(5_000))
  log.info({ listening: store.port }, 'ready')
})
