import { createHttpServer, listen } from '@berth/platform/http'
import { loadKubeConfig } from '@berth/platform/kube'
import { run } from '@berth/platform/lifecycle'
import { createLog } from '@berth/platform/log'
import { createTokenVerifier } from '@berth/platform/tokens'
import proxyAddress from '@fastify/proxy-addr'
import { serveAuth } from './auth.ts'
import { closeGently } from './drain.ts'
import { environment } from './environment.ts'
import { serveFrontend } from './frontend.ts'
import { serveGraph } from './graphql/routes.ts'
import { createHealth } from './health.ts'
import { followCluster } from './inference/cluster.ts'
import { createEndpoints } from './inference/endpoints.ts'
import { serveInference } from './inference/routes.ts'
import { secureHeaders } from './secure-headers.ts'
import { connectSubgraph } from './subgraph.ts'

const log = createLog('gateway')

await run(log, async (closers) => {
  const env = environment()
  log.level = env.LOG_LEVEL
  const roles = new Set(env.ROLES)
  const verifier = createTokenVerifier({
    jwksUrl: env.AUTH_JWKS_URL,
    issuer: env.AUTH_ISSUER,
    audiences: ['berth-api'],
  })
  const bases = new Map([
    ['auth', env.AUTH_URL],
    ['models', env.MODELS_URL],
    ['servers', env.SERVERS_URL],
  ])
  const subgraphs = [...bases].map(([name, url]) => connectSubgraph({ name, url }))
  for (const subgraph of subgraphs) closers.add(`connections to ${subgraph.name}`, subgraph.close)

  const cluster = roles.has('inference') ? followCluster(loadKubeConfig(), log) : undefined
  if (cluster) closers.add('watches', cluster.close)
  const app = createHttpServer({
    log,
    trustedProxies: env.TRUSTED_PROXIES,
    checks: createHealth({ ...Object.fromEntries(bases), operator: env.OPERATOR_URL }, () => ({
      gateway: cluster?.isSynced() ?? true,
    })),
  })
  secureHeaders(app, env.PUBLIC_URL)

  const endpoints = createEndpoints()
  const servers = subgraphs.find(({ name }) => name === 'servers')
  if (cluster && servers) {
    await serveInference(app, { verifier, cluster, endpoints, servers, publicUrl: env.PUBLIC_URL, log })
  }
  closers.add('http', () => closeGently(app, endpoints.close))
  if (roles.has('graphql')) {
    const trusted = proxyAddress.compile(env.TRUSTED_PROXIES ?? [])
    const graph = await serveGraph({
      app,
      verifier,
      subgraphs,
      addresses: new Map([...bases].map(([name, url]) => [name, `${url.replace(/^http/, 'ws')}/graphql`])),
      supergraphFile: env.SUPERGRAPH_FILE,
      introspection: env.INTROSPECTION,
      origins: env.ALLOWED_ORIGINS,
      addressOf: (request) => proxyAddress(request, trusted),
      log,
    })
    closers.add('graph', graph.close)
    await serveAuth(app, env.AUTH_URL)
    await serveFrontend(app, env.FRONTEND_DIR, env.OBJECTS_PUBLIC_ENDPOINT)
  }

  const port = await listen(app, { host: env.HOST, port: env.PORT, plaintext: env.PLAINTEXT })
  log.info({ port, roles: [...roles] }, 'ready')
})
