import 'reflect-metadata'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, webcrypto } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@berth/kit/condition'
import { freePorts } from '@berth/kit/launch'
import {
  ApiException,
  ApiextensionsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesObject,
  PatchStrategy,
  setHeaderOptions,
  type V1Container,
  type V1CustomResourceDefinition,
  type V1Pod,
  type V1PodSpec,
  Watch,
} from '@kubernetes/client-node'
import * as x509 from '@peculiar/x509'
import { beforeAll } from 'vitest'

/** The cluster under test: the stand-in, or the one that KUBECONFIG names. */
export interface Cluster {
  config: KubeConfig
  kubeconfig: string
  /** Undefined on a real cluster. */
  standIn: { data: string; address: string; kill(): Promise<void>; start(): Promise<void> } | undefined
  stop(): Promise<void>
}

export const real = Boolean(process.env.KUBECONFIG)

/** On a real cluster it must be an image whose entrypoint is node. */
export const image = process.env.CLUSTER_TEST_IMAGE ?? (real ? 'node:24-alpine' : 'test/node:1')

export const unique = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`

function launch(env: Record<string, string>): Promise<ChildProcess> {
  const main = join(import.meta.dirname, '../../infra/local/cluster/main.ts')
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      if (said.includes('"listening"')) resolve(child)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => reject(new Error(`the cluster did not start:\n${said}`)))
  })
}

export async function startCluster(env: Record<string, string> = {}): Promise<Cluster> {
  const config = new KubeConfig()
  if (process.env.KUBECONFIG) {
    config.loadFromFile(process.env.KUBECONFIG)
    return { config, kubeconfig: process.env.KUBECONFIG, standIn: undefined, stop: async () => undefined }
  }
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
  const data = join(folder, 'data')
  const kubeconfig = join(folder, 'kubeconfig')
  const images = join(folder, 'images.json')
  writeFileSync(images, JSON.stringify({ 'test/node': { command: [process.execPath] } }))
  // Not one that the system may give to a connection, also while the cluster is down.
  const port = await freePorts(1)
  const variables = {
    CLUSTER_PORT: String(port),
    CLUSTER_DATA: data,
    CLUSTER_IMAGES: images,
    CLUSTER_KUBECONFIG: kubeconfig,
    CLUSTER_BACKOFF_MS: '400',
    ...env,
  }
  let child = await launch(variables)
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill(signal)
    })
  config.loadFromFile(kubeconfig)
  return {
    config,
    kubeconfig,
    standIn: {
      data,
      address: `https://127.0.0.1:${port}`,
      kill: () => end('SIGKILL'),
      start: async () => {
        child = await launch(variables)
      },
    },
    async stop() {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The HTTP code of an API failure; 0 when it did not fail. */
export async function codeOf(call: Promise<unknown>): Promise<number> {
  try {
    await call
    return 0
  } catch (error) {
    if (error instanceof ApiException) return error.code
    throw error
  }
}

/** The Status that an API failure came with. */
export async function statusOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call
  } catch (error) {
    if (error instanceof ApiException) {
      const body: unknown = error.body
      return (typeof body === 'string' ? JSON.parse(body) : body) as Record<string, unknown>
    }
    throw error
  }
  throw new Error('the call did not fail')
}

export const patchAs = (strategy: PatchStrategy) => setHeaderOptions('Content-Type', strategy)
export const merge = patchAs(PatchStrategy.MergePatch)

export async function createNamespace(config: KubeConfig): Promise<string> {
  const name = unique('berth-test')
  await config.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name } } })
  return name
}

export async function dropNamespace(config: KubeConfig, name: string): Promise<void> {
  await codeOf(config.makeApiClient(CoreV1Api).deleteNamespace({ name }))
}

/** A cluster with a namespace of its own for a whole test file; `ready` is given both before the first test. */
export function inNamespace(
  ready: (given: { cluster: Cluster; core: CoreV1Api; namespace: string }) => void,
): void {
  beforeAll(async () => {
    const cluster = await startCluster()
    const namespace = await createNamespace(cluster.config)
    ready({ cluster, core: cluster.config.makeApiClient(CoreV1Api), namespace })
    return async () => {
      await dropNamespace(cluster.config, namespace)
      await cluster.stop()
    }
  })
}

/** Makes a custom resource and waits until it is served; returns what removes it. */
export async function serveKind(
  config: KubeConfig,
  namespace: string,
  definition: V1CustomResourceDefinition,
): Promise<() => Promise<unknown>> {
  const { group, names, versions } = definition.spec
  const name = `${names.plural}.${group}`
  const definitions = config.makeApiClient(ApiextensionsV1Api)
  await definitions.createCustomResourceDefinition({ body: definition })
  await until(`${name} is established`, async () => {
    const { status } = await definitions.readCustomResourceDefinition({ name })
    return status?.conditions?.some((item) => item.type === 'Established' && item.status === 'True')
  })
  const version = versions[0]?.name ?? ''
  const kind = { group, version, namespace, plural: names.plural }
  await until(`${name} is served`, () =>
    config.makeApiClient(CustomObjectsApi).listNamespacedCustomObject(kind),
  )
  return () => codeOf(definitions.deleteCustomResourceDefinition({ name }))
}

/** A certificate for 127.0.0.1 that is its own authority, and its key: PEM texts. */
export async function selfSigned(): Promise<{ certificate: string; key: string }> {
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=127.0.0.1',
    keys,
    signingAlgorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  })
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') }
}

export interface Seen<T> {
  events: { type: string; object: T }[]
  /** Whether the API has ended the watch. */
  ended(): boolean
  stop(): void
}

/** Watches a path and keeps what it is told. */
export async function collect<T extends KubernetesObject>(
  config: KubeConfig,
  path: string,
  query: Record<string, string | number | boolean> = {},
): Promise<Seen<T>> {
  const events: { type: string; object: T }[] = []
  let ended = false
  const take = (type: string, object: T): void => void events.push({ type, object })
  const end = (): void => {
    ended = true
  }
  const request = await new Watch(config).watch(path, query, take, end)
  return { events, ended: () => ended, stop: () => request.abort() }
}

/** A pod that runs a script in node; the variable POD_IP says where to listen. */
export function scriptPod(name: string, script: string, more: Partial<V1PodSpec> = {}): V1Pod {
  const container = {
    name: 'main',
    image,
    args: ['-e', script],
    // Its address is one on which nobody else has the port.
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    ...more.containers?.[0],
  }
  return {
    metadata: { name, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 2, ...more, containers: [container] },
  }
}

/** What a script pod's only container is to have besides its script. */
export const container = (more: Partial<V1Container>): { containers: V1Container[] } => ({
  containers: [{ name: 'main', ...more }],
})

/** The pod, once it passes a test. */
export const podThat = (
  core: CoreV1Api,
  namespace: string,
  name: string,
  test: (pod: V1Pod) => unknown,
): Promise<V1Pod> =>
  until(`pod ${name} is as it should be`, async () => {
    const pod = await core.readNamespacedPod({ name, namespace })
    return test(pod) ? pod : undefined
  })

/** Serves on 8080: /ready answers as /on and /off last said. */
export const webScript = `
let ready = true
console.log('listening on ' + process.env.POD_IP)
require('http').createServer((q, r) => {
  if (q.url === '/off') ready = false
  if (q.url === '/on') ready = true
  r.statusCode = q.url === '/ready' && !ready ? 503 : 200
  r.end(process.pid + '')
}).listen(8080, process.env.POD_IP)
process.on('SIGTERM', () => process.exit(0))`

/** Processes of this machine whose environment has a text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').includes(text)
      } catch {
        return false
      }
    })
    .map(Number)
}
