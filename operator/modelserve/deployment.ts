import { labels } from '@berth/schema/modelserve.ts'
import type { V1Container, V1Deployment, V1EnvVar, V1PodSpec, V1Service } from '@kubernetes/client-node'
import { childLabels, childNames, type ModelServeResource } from './resource.ts'

/** What pods are told beside the ModelServe itself. */
export interface PodSettings {
  image: string
  modelsUrl: string
  authIssuer: string
  authJwksUrl: string
}

/** Where a pod serves the API, and its metrics. */
export const servePort = 8_000
const modelFolder = '/models'
const modelPath = `${modelFolder}/model.gguf`
/** Running answers have as long to come to their end. */
const graceSeconds = 60
/** Where a container says why it ended; Kubernetes' own default. */
const terminationLog = '/dev/termination-log'
const tokenFolder = '/var/run/berth/models-token'
/** The image's own user; any number other than 0 would do. */
const userId = 10_001

/** The Deployment of a ModelServe, without what is the same for every child (owner, digest). */
export function deploymentOf(resource: ModelServeResource, settings: PodSettings): V1Deployment {
  const { namespace } = resource.metadata
  const own = childLabels(resource)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: childNames(resource).deployment, namespace, labels: own },
    spec: {
      replicas: resource.spec.replicas,
      selector: { matchLabels: { [labels.serverId]: resource.spec.serverId } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      revisionHistoryLimit: 3,
      // Fetching and loading a large model takes its time; Kubernetes' 600 s would call that a failure.
      progressDeadlineSeconds: 3_600,
      template: { metadata: { labels: own }, spec: podSpecOf(resource, settings) },
    },
  }
}

/** The Service of a ModelServe: its EndpointSlices tell the gateway which pods are ready. */
export function serviceOf(resource: ModelServeResource): V1Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: childNames(resource).service,
      namespace: resource.metadata.namespace,
      labels: childLabels(resource),
    },
    spec: {
      type: 'ClusterIP',
      selector: { [labels.serverId]: resource.spec.serverId },
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  }
}

function podSpecOf(resource: ModelServeResource, settings: PodSettings): V1PodSpec {
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: graceSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      fsGroup: userId,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    initContainers: [fetchContainer(resource, settings)],
    containers: [serveContainer(resource, settings)],
    volumes: [
      { name: 'model', emptyDir: {} },
      { name: 'models-token', secret: { secretName: childNames(resource).secret } },
    ],
  }
}

function fetchContainer({ spec }: ModelServeResource, settings: PodSettings): V1Container {
  return {
    name: 'fetch',
    image: settings.image,
    args: ['fetch'],
    env: [
      { name: 'MODELS_URL', value: settings.modelsUrl },
      { name: 'VERSION_ID', value: spec.model.versionId },
      { name: 'MODEL_SHA256', value: spec.model.sha256 },
      { name: 'MODEL_SIZE_BYTES', value: String(spec.model.sizeBytes) },
      { name: 'MODEL_PATH', value: modelPath },
      { name: 'TOKEN_FILE', value: `${tokenFolder}/token` },
      { name: 'TERMINATION_LOG', value: terminationLog },
    ],
    ...limits(spec),
    ...lastWords,
    volumeMounts: [
      { name: 'model', mountPath: modelFolder },
      { name: 'models-token', mountPath: tokenFolder, readOnly: true },
    ],
  }
}

function serveContainer({ spec, metadata }: ModelServeResource, settings: PodSettings): V1Container {
  const { runtime } = spec
  const values: Record<string, string> = {
    PORT: String(servePort),
    // The pod's network is the cluster's own; the gateway ends TLS.
    PLAINTEXT: 'allow',
    MODEL_PATH: modelPath,
    MODEL_NAME: spec.model.name,
    SERVER_ID: spec.serverId,
    TENANT_ID: metadata.labels?.[labels.tenant] ?? '',
    CONTEXT_SIZE: String(runtime.contextSize),
    PARALLEL: String(runtime.parallel),
    THREADS: String(runtime.threads),
    GPU_LAYERS: String(runtime.gpuLayers),
    BATCH_SIZE: String(runtime.batchSize),
    AUTH_ISSUER: settings.authIssuer,
    AUTH_JWKS_URL: settings.authJwksUrl,
    TERMINATION_LOG: terminationLog,
    GRACE_SECONDS: String(graceSeconds),
  }
  const host: V1EnvVar = {
    name: 'HOST',
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } },
  }
  const health = { path: '/health', port: 'http', scheme: 'HTTP' }
  return {
    name: 'inference',
    image: settings.image,
    args: ['serve'],
    env: [host, ...Object.entries(values).map(([name, value]) => ({ name, value }))],
    ports: [{ name: 'http', containerPort: servePort, protocol: 'TCP' }],
    // 20 minutes to load; every second, so that a small model is ready as soon as it is loaded.
    startupProbe: { httpGet: health, periodSeconds: 1, failureThreshold: 1_200, timeoutSeconds: 2 },
    readinessProbe: { httpGet: health, periodSeconds: 2, failureThreshold: 3, timeoutSeconds: 2 },
    livenessProbe: {
      httpGet: { path: '/live', port: 'http', scheme: 'HTTP' },
      periodSeconds: 10,
      failureThreshold: 6,
      timeoutSeconds: 5,
    },
    ...limits(spec),
    volumeMounts: [{ name: 'model', mountPath: modelFolder, readOnly: true }],
    ...lastWords,
  }
}

/** A process that crashed before it could say why: the end of its log is the reason that people look for. */
const lastWords = {
  terminationMessagePath: terminationLog,
  terminationMessagePolicy: 'FallbackToLogsOnError',
} satisfies Partial<V1Container>

function limits({
  resources,
}: ModelServeResource['spec']): Pick<V1Container, 'resources' | 'securityContext'> {
  const memory = canonicalMemory(resources.memory)
  return {
    resources: { requests: { cpu: canonicalCpu(resources.cpu), memory }, limits: { memory } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  }
}

/** Kubernetes rewrites quantities (1000m becomes 1); written its way, what is wanted equals what is found. */
function canonicalCpu(cpu: string): string {
  const millis = cpu.endsWith('m') ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000
  return millis % 1000 === 0 ? String(millis / 1000) : `${millis}m`
}

function canonicalMemory(memory: string): string {
  const [, digits = '0', unit = ''] = /^(\d+)(Ki|Mi|Gi)?$/.exec(memory) ?? []
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti']
  let value = Number(digits)
  let step = units.indexOf(unit)
  while (value > 0 && value % 1024 === 0 && step < units.length - 1) {
    value /= 1024
    step += 1
  }
  return `${value}${units[step]}`
}
