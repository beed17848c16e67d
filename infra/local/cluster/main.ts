import { chmodSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthentication } from './authentication.ts'
import { clientCertificate, openAuthority, serverCertificate, writeKubeconfig } from './certificates.ts'
import { runControllers } from './controllers.ts'
import { createDeletes } from './deletes.ts'
import { readEnvironment } from './environment.ts'
import { ApiError } from './errors.ts'
import { openGroups } from './kubelet/groups.ts'
import { createImages } from './kubelet/images.ts'
import { lookupsIn, runKubelet } from './kubelet/kubelet.ts'
import { createUsageMeter } from './kubelet/usage.ts'
import { createMetrics } from './metrics.ts'
import { nodeName, registerNode } from './node.ts'
import { createRecorder } from './recorder.ts'
import { createCatalog } from './resources.ts'
import { createRoutes } from './routes.ts'
import { createApiServer } from './server.ts'
import { openStore } from './store.ts'
import { createAdmission } from './webhooks.ts'
import { createWrites } from './writes.ts'

const log = (level: number, msg: string, more: object = {}): void =>
  console.log(JSON.stringify({ level, time: Date.now(), name: 'cluster', msg, ...more }))
const fault = (error: unknown, about = 'request'): void =>
  log(40, `${about}: ${error instanceof Error ? error.message : String(error)}`)

/** A queue tries again by itself; that somebody else was faster is no news. */
const retried = (error: unknown, key: string): void => {
  if (!(error instanceof ApiError && (error.code === 404 || error.code === 409))) fault(error, key)
}

const environment = readEnvironment(process.env)
mkdirSync(environment.CLUSTER_DATA, { recursive: true, mode: 0o700 })
const data = realpathSync(environment.CLUSTER_DATA)
// It holds every Secret.
chmodSync(data, 0o700)
const store = openStore(join(data, 'cluster.db'))
const groups = openGroups(join(data, 'groups'), environment.CLUSTER_REAPER_FD)
const catalog = createCatalog()
const admission = createAdmission(store)
const writes = createWrites(store, admission)
const deletes = createDeletes(store, admission)
const scheduler = createRecorder(store, 'default-scheduler')
const recorder = createRecorder(store, 'kubelet', nodeName)

const controllers = await runControllers(store, catalog, writes, deletes, retried)
await registerNode(store, writes)
const meter = createUsageMeter()
const kubelet = await runKubelet({
  store,
  writes,
  deletes,
  recorder,
  scheduler,
  groups,
  meter,
  images: createImages(environment.CLUSTER_IMAGES),
  lookups: lookupsIn(store),
  folder: data,
  nodeName,
  backoffMilliseconds: environment.CLUSTER_BACKOFF_MS,
  fault,
})

const { CLUSTER_HOST: host, CLUSTER_PORT: port } = environment
const address = `https://${host}:${port}`
const authority = await openAuthority(data)
const metrics = createMetrics(store, kubelet.usage)
const authenticate = createAuthentication(environment.CLUSTER_TOKENS)
const route = createRoutes({ store, catalog, writes, deletes, metrics, logs: kubelet.logs })
const certificate = await serverCertificate(authority, host)
const server = createApiServer({ authority, certificate, address, catalog, authenticate, route, fault })
let stopping = false
const stop = async (code: number): Promise<void> => {
  if (stopping) return
  stopping = true
  controllers.stop()
  scheduler.stop()
  recorder.stop()
  await kubelet.shutdown()
  meter.stop()
  server.closeAllConnections()
  store.close()
  process.exit(code)
}
process.on('SIGTERM', () => void stop(0))
process.on('SIGINT', () => void stop(0))
// Containers are processes of their own: they must not outlive a cluster that cannot go on.
process.on('uncaughtException', (error) => {
  log(60, error.message, { stack: error.stack })
  void stop(1)
})

await new Promise<void>((resolve) => server.listen(port, host, resolve))
if (environment.CLUSTER_KUBECONFIG) {
  const admin = await clientCertificate(authority, 'kubernetes-admin', ['system:masters'])
  writeKubeconfig(environment.CLUSTER_KUBECONFIG, address, authority, admin)
}
log(30, 'listening', { address, kubeconfig: environment.CLUSTER_KUBECONFIG })
