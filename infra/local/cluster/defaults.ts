import { randomInt } from 'node:crypto'
import {
  type Container,
  type Deployment,
  type Fields,
  fieldsOf,
  type KubeObject,
  type Pod,
  type PodSpec,
  type Service,
} from './objects.ts'

/** Defaults of the built-in kinds, as far as kubectl and the kubelet look at them (API reference). */
export function defaultBuiltin(object: KubeObject, old?: KubeObject): void {
  defaulters[object.kind]?.(object, old)
}

function setDefaults(target: object, values: Fields): void {
  const fields = target as Fields
  for (const [key, value] of Object.entries(values)) fields[key] ??= structuredClone(value)
}

function containerDefaults(container: Container): void {
  setDefaults(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    resources: {},
  })
  for (const port of container.ports ?? []) port.protocol ??= 'TCP'
  for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
    if (!probe) continue
    setDefaults(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
    if (probe.httpGet) setDefaults(probe.httpGet, { scheme: 'HTTP', path: '/' })
  }
}

function podSpecDefaults(spec: PodSpec | undefined): void {
  if (!spec) return
  setDefaults(spec, { restartPolicy: 'Always', terminationGracePeriodSeconds: 30 })
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    containerDefaults(container)
}

function workloadDefaults(object: KubeObject): void {
  const spec = fieldsOf(object.spec)
  setDefaults(spec, { replicas: 1 })
  podSpecDefaults(fieldsOf(spec.template).spec as PodSpec | undefined)
}

const defaulters: Record<string, (object: KubeObject, old?: KubeObject) => void> = {
  Pod: (object) => podSpecDefaults((object as Pod).spec),
  ReplicaSet: workloadDefaults,
  Deployment: (object) => {
    workloadDefaults(object)
    const { spec } = object as Deployment
    if (!spec) return
    setDefaults(spec, { revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} })
    setDefaults(spec.strategy ?? {}, { type: 'RollingUpdate', rollingUpdate: {} })
    setDefaults(spec.strategy?.rollingUpdate ?? {}, { maxSurge: '25%', maxUnavailable: '25%' })
  },
  Service: (object, old) => {
    const { spec } = object as Service
    if (!spec) return
    // A replace that leaves the address out keeps it, as a real API server does.
    spec.clusterIP ||=
      (old as Service | undefined)?.spec.clusterIP ??
      `10.${96 + randomInt(16)}.${randomInt(256)}.${1 + randomInt(254)}`
    setDefaults(spec, { type: 'ClusterIP', clusterIPs: [spec.clusterIP], sessionAffinity: 'None' })
    for (const port of spec.ports ?? []) setDefaults(port, { protocol: 'TCP', targetPort: port.port })
  },
  Secret: (object) => {
    object.type ??= 'Opaque'
    const plain = Object.entries(fieldsOf(object.stringData))
    if (plain.length > 0) {
      const encoded = plain.map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')])
      object.data = { ...fieldsOf(object.data), ...Object.fromEntries(encoded) }
    }
    delete object.stringData
  },
  Namespace: (object) => {
    object.spec = { finalizers: ['kubernetes'], ...fieldsOf(object.spec) }
    object.metadata.labels = {
      ...object.metadata.labels,
      'kubernetes.io/metadata.name': object.metadata.name,
    }
  },
}
