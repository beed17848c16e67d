import { randomInt } from 'node:crypto'
import {
  type Container,
  type Deployment,
  type Fields,
  fieldsOf,
  type KubeObject,
  type Pod,
  type PodSpec,
  type Probe,
  type Service,
} from './objects.ts'

/** Defaults of the built-in kinds, as far as clients compare them (API reference, field descriptions). */
export function defaultBuiltin(object: KubeObject, old?: KubeObject): void {
  defaulters[object.kind]?.(object, old)
}

function setDefaults(target: Fields, values: Fields): void {
  for (const [key, value] of Object.entries(values)) target[key] ??= structuredClone(value)
}

function probeDefaults(probe: Probe | undefined): void {
  if (!probe) return
  probe.timeoutSeconds ??= 1
  probe.periodSeconds ??= 10
  probe.successThreshold ??= 1
  probe.failureThreshold ??= 3
  if (probe.httpGet) {
    probe.httpGet.scheme ??= 'HTTP'
    probe.httpGet.path ||= '/'
  }
}

function containerDefaults(container: Container): void {
  const { image } = container
  const latest = typeof image === 'string' && (!/:[^/]*$/.test(image) || image.endsWith(':latest'))
  setDefaults(container as unknown as Fields, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    resources: {},
  })
  for (const port of container.ports ?? []) port.protocol ??= 'TCP'
  const { limits, requests } = container.resources ?? {}
  if (container.resources && limits) container.resources.requests = { ...limits, ...requests }
  probeDefaults(container.startupProbe)
  probeDefaults(container.readinessProbe)
  probeDefaults(container.livenessProbe)
  for (const { valueFrom } of container.env ?? [])
    if (valueFrom?.fieldRef) setDefaults(valueFrom.fieldRef as Fields, { apiVersion: 'v1' })
}

function podSpecDefaults(spec: PodSpec): void {
  setDefaults(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  })
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    containerDefaults(container)
  for (const volume of spec.volumes ?? [])
    for (const source of [volume.secret, volume.configMap, volume.downwardAPI])
      if (source) setDefaults(source as Fields, { defaultMode: 420 })
}

function workloadDefaults(object: KubeObject): void {
  const spec = fieldsOf(object.spec)
  setDefaults(spec, { replicas: 1 })
  const template = fieldsOf(spec.template)
  if (template.spec) podSpecDefaults(template.spec as PodSpec)
}

const defaulters: Record<string, (object: KubeObject, old?: KubeObject) => void> = {
  Pod: (object) => {
    if ((object as Pod).spec) podSpecDefaults((object as Pod).spec)
  },
  ReplicaSet: workloadDefaults,
  Deployment: (object) => {
    workloadDefaults(object)
    const { spec } = object as Deployment
    if (!spec) return
    setDefaults(spec, { revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} })
    const strategy = fieldsOf(spec.strategy)
    strategy.type ??= 'RollingUpdate'
    if (strategy.type !== 'RollingUpdate') return
    strategy.rollingUpdate ??= {}
    setDefaults(fieldsOf(strategy.rollingUpdate), { maxSurge: '25%', maxUnavailable: '25%' })
  },
  Service: (object, old) => {
    const { spec } = object as Service
    if (!spec) return
    // A replace that leaves the address out keeps it, as a real API server does.
    const kept = (old as Service | undefined)?.spec
    if (kept?.clusterIP && !spec.clusterIP) Object.assign(spec, { clusterIP: kept.clusterIP })
    setDefaults(spec, { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' })
    if (spec.type !== 'ExternalName') {
      spec.clusterIP ||= `10.${96 + randomInt(16)}.${randomInt(256)}.${1 + randomInt(254)}`
      setDefaults(spec, { clusterIPs: [spec.clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })
    }
    for (const port of spec.ports ?? []) {
      port.protocol ??= 'TCP'
      port.targetPort ??= port.port
    }
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
  ValidatingWebhookConfiguration: webhookDefaults,
  MutatingWebhookConfiguration: webhookDefaults,
}

function webhookDefaults(object: KubeObject): void {
  for (const item of Array.isArray(object.webhooks) ? object.webhooks : []) {
    const hook = fieldsOf(item)
    setDefaults(hook, {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      timeoutSeconds: 10,
      namespaceSelector: {},
      objectSelector: {},
    })
    if (object.kind.startsWith('Mutating')) hook.reinvocationPolicy ??= 'Never'
    for (const rule of Array.isArray(hook.rules) ? hook.rules : []) fieldsOf(rule).scope ??= '*'
  }
}

/** Guaranteed, Burstable or BestEffort, by the requests and limits of all containers. */
export function qosClassOf(spec: PodSpec): string {
  const all = [...(spec.initContainers ?? []), ...spec.containers].map((c) => c.resources ?? {})
  const any = all.some((r) => Object.keys({ ...r.limits, ...r.requests }).length > 0)
  if (!any) return 'BestEffort'
  const guaranteed = all.every((r) =>
    ['cpu', 'memory'].every(
      (name) => r.limits?.[name] && r.limits[name] === (r.requests?.[name] ?? r.limits[name]),
    ),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
