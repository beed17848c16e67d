import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthentication } from './authentication.ts'
import { clientCertificate, openAuthority, serverCertificate, writeKubeconfig } from './certificates.ts'
import { runDefinitions } from './crds.ts'
import { createDeletes } from './deletes.ts'
import { runDeployments } from './deployments.ts'
import { runEndpoints } from './endpoints.ts'
import { readEnvironment } from './environment.ts'
import { runGarbage } from './garbage.ts'
import { openGroups } from './kubelet/groups.ts'
import { createImages } from './kubelet/images.ts'
import { lookupsIn, runKubelet } from './kubelet/kubelet.ts'
import { createUsageMeter } from './kubelet/usage.ts'
import { createMetrics } from './metrics.ts'
import { runNamespaces } from './namespaces.ts'
import { nodeName, registerNode } from './node.ts'
import { createRecorder } from './recorder.ts'
import { runReplicaSets } from './replicasets.ts'
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

const environment = readEnvironment(process.env)
mkdirSync(environment.CLUSTER_DATA, { recursive: true, mode: 0o700 })
const data = realpathSync(environment.CLUSTER_DATA)
const groups = openGroups(join(data, 'groups'), environment.CLUSTER_REAPER_FD)
const store = openStore(join(data, 'cluster.db'))
const catalog = createCatalog()
const admission = createAdmission(store)
const writes = createWrites(store, admission)
const deletes = createDeletes(store, admission)
const deploymentEvents = createRecorder(store, 'deployment-controller')
const replicaSetEvents = createRecorder(store, 'replicaset-controller')
const scheduler = createRecorder(store, 'default-scheduler')
const kubeletEvents = createRecorder(store, 'kubelet', nodeName)
const recorders = [deploymentEvents, replicaSetEvents, scheduler, kubeletEvents]

const definitions = runDefinitions(store, catalog, writes, deletes, fault)
const namespaces = await runNamespaces(store, catalog, writes, deletes, fault)
await registerNode(store, writes)
const meter = createUsageMeter()
const kubelet = await runKubelet({
  store,
  writes,
  deletes,
  recorder: kubeletEvents,
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
const queues = [
  definitions,
  namespaces,
  runGarbage(store, catalog, writes, deletes, fault),
  runReplicaSets(store, writes, deletes, replicaSetEvents, fault),
  runDeployments(store, writes, deletes, deploymentEvents, fault),
  runEndpoints(store, writes, fault),
]

const { CLUSTER_HOST: host, CLUSTER_PORT: port } = environment
const address = `https://${host}:${port}`
const authority = await openAuthority(data)
const metrics = createMetrics(store, kubelet.usage)
const authenticate = createAuthentication(environment.CLUSTER_TOKENS)
const route = createRoutes({ store, catalog, writes, deletes, metrics, logs: kubelet.logs })
const certificate = await serverCertificate(authority, host)
const server = createApiServer({ authority, certificate, address, catalog, authenticate, route, fault })
await new Promise<void>((resolve) => server.listen(port, host, resolve))
if (environment.CLUSTER_KUBECONFIG) {
  const admin = await clientCertificate(authority, 'kubernetes-admin', ['system:masters'])
  writeKubeconfig(environment.CLUSTER_KUBECONFIG, address, authority, admin)
}
log(30, 'listening', { address, kubeconfig: environment.CLUSTER_KUBECONFIG })

let stopping = false
const stop = async (): Promise<void> => {
  if (stopping) return
  stopping = true
  for (const queue of queues) queue.stop()
  for (const recorder of recorders) recorder.stop()
  await kubelet.shutdown()
  meter.stop()
  server.closeAllConnections()
  store.close()
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
process.on('SIGINT', () => void stop())
