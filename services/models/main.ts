import { readFileSync } from 'node:fs'
import { createHttpServer, listen } from '@berth/platform/http'
import { run } from '@berth/platform/lifecycle'
import { createLog } from '@berth/platform/log'
import { listen as listenToPostgres } from '@berth/platform/notifications'
import { startSubgraph } from '@berth/platform/subgraph'
import { createServiceTokens, createTokenVerifier } from '@berth/platform/tokens'
import { startWorkflows } from '@berth/platform/workflows'
import { openModels } from './database.ts'
import { environment } from './environment.ts'
import { createContext } from './graphql/context.ts'
import { createResolvers } from './graphql/resolvers.ts'
import { createChecks } from './health.ts'
import { serveDownloads } from './http/download.ts'
import { createUsage } from './registry/usage.ts'
import { retrievalChannel } from './retrieval/progress.ts'
import { keepReconciled } from './retrieval/recover.ts'
import { createSlots } from './retrieval/slots.ts'
import { createBell } from './retrieval/watch.ts'
import { registerRetrieval } from './retrieval/workflow.ts'
import { createGuard } from './source/guard.ts'
import { createOrigins } from './source/origin.ts'
import { createStorageContract } from './storage/storage.ts'
import { openBucket } from './store/bucket.ts'
import { keepAbandonedEnded } from './upload/end.ts'
import { openUploadPlace } from './upload/place.ts'

const log = createLog('models')
const sdl = readFileSync(new URL(import.meta.resolve('@berth/schema/subgraphs/models.graphql')), 'utf8')
/** One tenant's sources that hang or are slow do not hold up the others'. */
const retrievalsAtOnce = { all: 12, ofOneOwner: 3 }

await run(log, async (closers) => {
  const settings = environment()
  log.level = settings.LOG_LEVEL
  const databaseUrl = settings.DATABASE_URL
  const database = await openModels(databaseUrl, log)
  closers.add('database', () => database.destroy())

  const bucket = openBucket(settings)
  const guard = createGuard(settings.BERTH_SOURCE_ALLOW)
  closers.add('sources', () => guard.close())
  const origins = createOrigins(settings, guard)

  const bell = createBell()
  const notifications = await listenToPostgres({
    url: databaseUrl,
    channels: [retrievalChannel],
    onNotification: (_channel, versionId) => bell.ring(versionId),
    onResync: () => bell.ringAll(),
    log,
  })
  closers.add('notifications', () => notifications.close())

  const storage = createStorageContract(settings.STORAGE_LIMITS)
  const slots = createSlots(retrievalsAtOnce)
  const { start, stop } = registerRetrieval({ database, bucket, origins, storage }, slots, log)
  const workflows = await startWorkflows({ name: 'models', databaseUrl, log })
  closers.add('workflows', () => workflows.close())
  const reconciled = keepReconciled({ database, bucket, slots }, start, log)
  closers.add('reconciling', () => reconciled.close())

  const tokens = createServiceTokens({
    tokenUrl: settings.AUTH_TOKEN_URL,
    clientId: settings.CLIENT_ID,
    clientSecret: settings.CLIENT_SECRET,
  })
  const usersOf = createUsage(settings.SERVERS_URL, tokens, log)
  const uploads = openUploadPlace({ database, bucket, storage, usersOf, log }, settings)
  const abandoned = keepAbandonedEnded(uploads)
  closers.add('abandoned uploads', () => abandoned.close())

  const verifier = createTokenVerifier({
    jwksUrl: settings.AUTH_JWKS_URL,
    issuer: settings.AUTH_ISSUER,
    audiences: ['berth-api', 'berth-models'],
  })
  const app = createHttpServer({ log, checks: createChecks(database, bucket) })
  closers.add('http', () => app.close())
  serveDownloads(app, { database, bucket, verifier })
  const subgraph = await startSubgraph({
    sdl,
    resolvers: createResolvers({
      database,
      bucket,
      origins,
      storage,
      startRetrieval: start,
      stopRetrieval: stop,
      usersOf,
      log,
      bell,
      uploads,
    }),
    verifier,
    app,
    log,
    context: (base) => createContext(database, base),
  })
  closers.add('subgraph', () => subgraph.close())
  const port = await listen(app, { host: settings.HOST, port: settings.PORT, plaintext: settings.PLAINTEXT })
  log.info({ port }, 'ready')
})
