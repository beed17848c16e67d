import { readFileSync } from 'node:fs'
import { createHttpServer, listen } from '@berth/platform/http'
import { loadKubeConfig } from '@berth/platform/kube'
import { run } from '@berth/platform/lifecycle'
import { createLog } from '@berth/platform/log'
import { isReachable, openDatabase } from '@berth/platform/postgres'
import { createSigningKeys } from '@berth/platform/signing'
import { startSubgraph } from '@berth/platform/subgraph'
import { createServiceTokens, createTokenVerifier } from '@berth/platform/tokens'
import { startWorkflows } from '@berth/platform/workflows'
import { createChangeReader } from './changes/reader.ts'
import { startWakes } from './changes/wakes.ts'
import { createCluster } from './deployment/cluster.ts'
import { startForgetting } from './deployment/history.ts'
import { registerDeployments } from './deployment/workflow.ts'
import { environment } from './environment.ts'
import { createFeed } from './feed/feed.ts'
import { serveInternal } from './feed/routes.ts'
import { createContext } from './graphql/context.ts'
import { createResolvers } from './graphql/resolvers.ts'
import { watchCluster } from './health.ts'
import { Servers1763700000000 } from './migrations/1763700000000-servers.ts'
import { createModels } from './models/client.ts'
import { Servers } from './records/server.ts'
import { Tenants } from './records/tenant.ts'
import { startSweeping } from './records/tombstones.ts'

const name = 'servers'
const audience = 'berth-servers'
const sdl = readFileSync(new URL(import.meta.resolve('@berth/schema/subgraphs/servers.graphql')), 'utf8')
const log = createLog(name)

await run(log, async (closers) => {
  const settings = environment()
  log.level = settings.LOG_LEVEL
  const { DATABASE_URL: databaseUrl, AUTH_JWKS_URL: jwksUrl, AUTH_ISSUER: issuer } = settings
  const { CONTRACT_ISSUER: contractIssuer, PUBLIC_URL: publicUrl, limitsOf } = settings

  const database = await openDatabase({
    url: databaseUrl,
    entities: [Servers, Tenants],
    migrations: [Servers1763700000000],
    log,
  })
  closers.add('database', () => database.destroy())
  const keys = await createSigningKeys({
    query: (sql, parameters) => database.query(sql, parameters),
    encryptionKey: settings.SIGNING_KEY_SECRET,
    issuer: contractIssuer,
    log,
  })
  closers.add('signing keys', () => keys.close())
  const tokens = createServiceTokens({
    tokenUrl: settings.AUTH_TOKEN_URL,
    clientId: settings.CLIENT_ID,
    clientSecret: settings.CLIENT_SECRET,
  })
  const models = createModels({ url: settings.MODELS_URL, tokens })
  closers.add('models', () => models.close())
  const cluster = createCluster(loadKubeConfig())
  const watch = watchCluster(cluster, log)
  closers.add('cluster watch', () => watch.close())

  const bucket = settings.OBJECTS_BUCKET
  const deployments = registerDeployments({ database, models, cluster, keys, limitsOf, bucket, log })
  const workflows = await startWorkflows({ name, databaseUrl, log })
  closers.add('workflows', () => workflows.close())
  const starting = deployments.keepStarting()
  closers.add('deployments', () => starting.close())
  const sweeps = [startSweeping(database, log), startForgetting(log)]
  closers.add('sweeps', () => sweeps.map((sweep) => sweep.close()))
  const feed = createFeed({ database, cluster, deployments, log })
  closers.add('feed', () => feed.close())
  const wakes = await startWakes({ url: databaseUrl, log })
  closers.add('wakes', () => wakes.close())

  const checks = async () => ({ postgres: await isReachable(database) })
  const app = createHttpServer({ log, checks })
  app.get('/.well-known/jwks.json', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(await keys.jwks()),
  )
  const internal = createTokenVerifier({ jwksUrl, issuer, audiences: [audience] })
  serveInternal(app, { verifier: internal, feed, database })
  const reader = createChangeReader(database)
  const tools = { database, models, keys, contractIssuer, limitsOf, deployments, reader, wakes }
  const subgraph = await startSubgraph({
    sdl,
    resolvers: createResolvers(tools, publicUrl),
    verifier: createTokenVerifier({ jwksUrl, issuer, audiences: ['berth-api', audience] }),
    app,
    log,
    context: (base) => createContext(database, base),
  })
  closers.add('http', async () => {
    await subgraph.close()
    await app.close()
  })
  const port = await listen(app, { host: settings.HOST, port: settings.PORT, plaintext: settings.PLAINTEXT })
  log.info({ port }, 'ready')
})
