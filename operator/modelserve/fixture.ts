import { apiVersion, kind, labels } from '@berth/schema/modelserve.ts'
import type { V1Deployment, V1Pod } from '@kubernetes/client-node'
import type { PodSettings } from './deployment.ts'
import type { ModelsToken, Step } from './plan.ts'
import type { ModelServeResource, Observed } from './resource.ts'

/** What the tests of this room start from. */
export const settings: PodSettings = {
  image: 'berth/inference:0.1.0',
  modelsUrl: 'http://models',
  authIssuer: 'http://berth/auth',
  authJwksUrl: 'http://auth/jwks.json',
}

export const token: ModelsToken = { token: 'a-token', expiresAt: 1 }

const serverId = '11111111-2222-4333-8444-555555555555'

export function resource(change: Partial<ModelServeResource> = {}): ModelServeResource {
  return {
    apiVersion,
    kind,
    metadata: {
      name: 'fox',
      namespace: 'berth-acme',
      uid: 'uid-1',
      generation: 1,
      labels: { [labels.serverId]: serverId, [labels.tenant]: 'tenant-1' },
    },
    spec: {
      serverId,
      model: {
        name: 'storyteller',
        versionId: 'version-1',
        uri: 's3://models/sha256/x.gguf',
        sha256: 'a'.repeat(64),
        sizeBytes: 10,
      },
      runtime: {
        engine: 'node-llama-cpp',
        contextSize: 2048,
        parallel: 2,
        threads: 2,
        gpuLayers: 0,
        batchSize: 512,
      },
      replicas: 1,
      resources: { cpu: '1000m', memory: '512Mi' },
    },
    ...change,
  }
}

/** The cluster after a plan was carried out. */
export function observedFrom(steps: readonly Step[]): Observed {
  const observed: Observed = { pods: [] }
  for (const step of steps) {
    if (step.kind === 'Deployment') observed.deployment = step.object
    else if (step.kind === 'Service') observed.service = step.object
    else observed.secret = step.object
  }
  return observed
}

export function deployment(observed: Observed): V1Deployment {
  if (!observed.deployment) throw new Error('There is no Deployment.')
  return observed.deployment
}

export function pod(name: string, status: V1Pod['status'], change: Partial<V1Pod['metadata']> = {}): V1Pod {
  return {
    metadata: { name, namespace: 'berth-acme', ...change },
    spec: { containers: [], nodeName: 'node-1' },
    status,
  }
}

const container = { name: 'inference', image: '', imageID: '', ready: false, restartCount: 0 }

export const readyPod = (name: string) =>
  pod(name, {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ ...container, ready: true, state: { running: {} } }],
  })

export const loadingPod = (name: string) =>
  pod(name, { phase: 'Running', containerStatuses: [{ ...container, state: { running: {} } }] })

export const waitingPod = (name: string, reason: string, restarts = 0) =>
  pod(name, {
    phase: 'Pending',
    containerStatuses: [
      {
        ...container,
        restartCount: restarts,
        state: { waiting: { reason, message: `waits for ${reason}` } },
        ...(restarts > 0 && {
          lastState: { terminated: { exitCode: 2, reason: 'Error', message: 'bad magic' } },
        }),
      },
    ],
  })
