import { chmodSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { createLog } from '@berth/platform/log'
import { createAuthentication } from './authentication.ts'
import { clientCertificate, openAuthority, serverCertificate, writeKubeconfig } from './certificates.ts'
import { runControllers } from './controllers.ts'
import { createDeletes } from './deletes.ts'
import { environment } from './environment.ts'
import { ApiError } from './errors.ts'
import { openGroups } from './kubelet/groups.ts'
import { createImages } from './kubelet/images.ts'
import { lookupsIn, runKubelet } from './kubelet/kubelet.ts'
import { createUsageMeter } from './kubelet/usage.ts'
import { createMetrics } from './metrics.ts'
import { createRecorder } from './recorder.ts'
import { createCatalog } from './resources.ts'
import { createRoutes } from './routes.ts'
import { createApiServer } from './server.ts'
import { openStore } from './store.ts'
import { createAdmission } from './webhooks.ts'
import { createWrites } from './writes.ts'

const log = createLog('cluster')
const fault = (error: unknown, about = 'request'): void =>
  log.warn(`${about}: ${error instanceof Error ? error.message : String(error)}`)

/** A queue tries again by itself; that somebody else was faster is no news. */
const retried = (error: unknown, key: string): void => {
  if (!(error instanceof ApiError && (error.code === 404 || error.code === 409))) fault(error, key)
}

const settings = environment()
mkdirSync(settings.CLUSTER_DATA, { recursive: true, mode: 0o700 })
const data = realpathSync(settings.CLUSTER_DATA)
// It holds every Secret.
chmodSync(data, 0o700)
const store = openStore(join(data, 'cluster.db'))
const groups = openGroups(join(data, 'groups'), settings.CLUSTER_REAPER_FD)
const catalog = createCatalog()
const admission = createAdmission(store)
const writes = createWrites(store, admission)
const deletes = createDeletes(store, admission)
const recorder = createRecorder(store)

const controllers = await runControllers(store, catalog, writes, deletes, recorder, retried)
const meter = createUsageMeter()
const kubelet = await runKubelet({
  store,
  writes,
  deletes,
  recorder,
  groups,
  meter,
  images: createImages(settings.CLUSTER_IMAGES),
  lookups: lookupsIn(store),
  folder: data,
  backoffMilliseconds: settings.CLUSTER_BACKOFF_MS,
  fault,
})

const { CLUSTER_HOST: host, CLUSTER_PORT: port } = settings
const address = `https://${host}:${port}`
const authority = await openAuthority(data)
const metrics = createMetrics(store, kubelet.usage)
const authenticate = createAuthentication(settings.CLUSTER_TOKENS)
const route = createRoutes({ store, catalog, writes, deletes, metrics, logs: kubelet.logs })
const certificate = await serverCertificate(authority, host)
const server = createApiServer({ authority, certificate, address, catalog, authenticate, route, fault })
let stopping = false
const stop = async (code: number): Promise<void> => {
  if (stopping) return
  stopping = true
  controllers.stop()
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
  log.fatal({ err: error }, 'the cluster cannot go on')
  void stop(1)
})

await new Promise<void>((resolve) => server.listen(port, host, resolve))
if (settings.CLUSTER_KUBECONFIG) {
  const admin = await clientCertificate(authority, 'kubernetes-admin', ['system:masters'])
  writeKubeconfig(settings.CLUSTER_KUBECONFIG, address, authority, admin)
}
log.info({ address, kubeconfig: settings.CLUSTER_KUBECONFIG }, 'listening')
