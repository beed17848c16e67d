import { readPath } from './jsonpath.ts'
import {
  at,
  type ContainerStatus,
  type Deployment,
  type Fields,
  fieldsOf,
  isFields,
  type KubeObject,
  type Pod,
  type ReplicaSet,
  type Service,
} from './objects.ts'
import type { Resource } from './resources.ts'

type Cell = string | number | boolean
interface TableColumn {
  name: string
  type: string
  /** 1: shown only with `-o wide`. */
  priority: number
  cell: (object: KubeObject) => Cell
}

/** A duration as kubectl shows ages: `12s`, `3m4s`, `5h`, `2d3h`. */
export function shortDuration(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000)
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small > 0 ? `${big}${bigUnit}${small}${smallUnit}` : `${big}${bigUnit}`
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  return days < 8 ? two(days, 'd', hours % 24, 'h') : `${days}d`
}

const since = (time: unknown): string =>
  time ? shortDuration(Date.now() - Date.parse(String(time))) : '<unknown>'
const age = (object: KubeObject): string => since(object.metadata.creationTimestamp)
const column = (
  name: string,
  cell: (object: KubeObject) => Cell,
  options: { type?: string; wide?: boolean } = {},
): TableColumn => ({
  name,
  type: options.type ?? 'string',
  priority: options.wide ? 1 : 0,
  cell,
})
const wide = { wide: true }
const integer = { type: 'integer' }
const name = column('Name', (object) => object.metadata.name)
const ageColumn = column('Age', age)
const count = (value: unknown): number =>
  isFields(value) ? Object.keys(value).length : Array.isArray(value) ? value.length : 0

/** The word in the STATUS column: why a container waits or ended, before the pod's phase. */
export function podReason(pod: Pod): string {
  const { status } = pod
  let reason = status?.reason ?? status?.phase ?? 'Unknown'
  const inits = status?.initContainerStatuses ?? []
  const blocked = inits.findIndex((item) => item.state.terminated?.exitCode !== 0)
  if (blocked >= 0) {
    const { waiting, terminated } = inits[blocked]?.state ?? {}
    const why = terminated?.reason ?? (waiting?.reason === 'PodInitializing' ? undefined : waiting?.reason)
    reason = why ? `Init:${why}` : `Init:${blocked}/${inits.length}`
  } else {
    for (const { state, ready } of (status?.containerStatuses ?? []).toReversed()) {
      if (state.waiting) reason = state.waiting.reason
      else if (state.terminated) reason = state.terminated.reason
      else if (ready && reason === 'Completed') reason = 'Running'
    }
  }
  return pod.metadata.deletionTimestamp ? 'Terminating' : reason
}

const restarts = (statuses: ContainerStatus[] | undefined): number =>
  (statuses ?? []).reduce((sum, status) => sum + status.restartCount, 0)
const pod = (read: (pod: Pod) => Cell) => (object: KubeObject) => read(object as Pod)
const deployment = (read: (deployment: Deployment) => Cell) => (object: KubeObject) =>
  read(object as Deployment)
const replicaSet = (read: (set: ReplicaSet) => Cell) => (object: KubeObject) => read(object as ReplicaSet)
const service = (read: (service: Service) => Cell) => (object: KubeObject) => read(object as Service)
const selector = (object: KubeObject): string => {
  const labels = fieldsOf(at(object, 'spec', 'selector', 'matchLabels') ?? at(object, 'spec', 'selector'))
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`)
  return pairs.join(',') || '<none>'
}
const images = (object: KubeObject): string =>
  ((at(object, 'spec', 'template', 'spec', 'containers') ?? []) as { image: string }[])
    .map((c) => c.image)
    .join(',')

const builtin: Record<string, TableColumn[]> = {
  Pod: [
    name,
    column(
      'Ready',
      pod(({ spec, status }) => {
        const ready = (status?.containerStatuses ?? []).filter((item) => item.ready).length
        return `${ready}/${spec.containers.length}`
      }),
    ),
    column('Status', pod(podReason)),
    column(
      'Restarts',
      pod(({ status }) => {
        const total = restarts(status?.containerStatuses)
        const ends = (status?.containerStatuses ?? []).map(
          (item) => item.lastState.terminated?.finishedAt ?? '',
        )
        const last = ends.sort().at(-1)
        return total > 0 && last ? `${total} (${since(last)} ago)` : String(total)
      }),
    ),
    ageColumn,
    column(
      'IP',
      pod(({ status }) => status?.podIP ?? '<none>'),
      wide,
    ),
    column(
      'Node',
      pod(({ spec }) => spec.nodeName ?? '<none>'),
      wide,
    ),
    column('Nominated Node', () => '<none>', wide),
    column('Readiness Gates', () => '<none>', wide),
  ],
  Deployment: [
    name,
    column(
      'Ready',
      deployment(({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas}`),
    ),
    column(
      'Up-to-date',
      deployment(({ status }) => status?.updatedReplicas ?? 0),
      integer,
    ),
    column(
      'Available',
      deployment(({ status }) => status?.availableReplicas ?? 0),
      integer,
    ),
    ageColumn,
    column('Images', images, wide),
    column('Selector', selector, wide),
  ],
  ReplicaSet: [
    name,
    column(
      'Desired',
      replicaSet(({ spec }) => spec.replicas),
      integer,
    ),
    column(
      'Current',
      replicaSet(({ status }) => status?.replicas ?? 0),
      integer,
    ),
    column(
      'Ready',
      replicaSet(({ status }) => status?.readyReplicas ?? 0),
      integer,
    ),
    ageColumn,
    column('Images', images, wide),
  ],
  Service: [
    name,
    column(
      'Type',
      service(({ spec }) => spec.type ?? 'ClusterIP'),
    ),
    column(
      'Cluster-IP',
      service(({ spec }) => spec.clusterIP ?? '<none>'),
    ),
    column('External-IP', () => '<none>'),
    column(
      'Port(s)',
      service(({ spec }) => (spec.ports ?? []).map((p) => `${p.port}/${p.protocol}`).join(',') || '<none>'),
    ),
    ageColumn,
    column('Selector', selector, wide),
  ],
  Namespace: [name, column('Status', (object) => String(at(object, 'status', 'phase') ?? '')), ageColumn],
  Node: [
    name,
    column('Status', () => 'Ready'),
    column('Roles', () => '<none>'),
    ageColumn,
    column('Version', (object) => String(at(object, 'status', 'nodeInfo', 'kubeletVersion') ?? '')),
  ],
  Event: [
    column('Last Seen', (object) => since(object.lastTimestamp ?? object.eventTime)),
    column('Type', (object) => String(object.type ?? '')),
    column('Reason', (object) => String(object.reason ?? '')),
    column('Object', (object) => {
      const { kind, name: of } = fieldsOf(object.involvedObject)
      return `${String(kind).toLowerCase()}/${String(of)}`
    }),
    column('Count', (object) => Number(object.count ?? 1), { type: 'integer', wide: true }),
    column('Message', (object) => String(object.message ?? '').trim()),
  ],
  Secret: [
    name,
    column('Type', (object) => String(object.type ?? '')),
    column('Data', (object) => count(object.data), integer),
    ageColumn,
  ],
  ConfigMap: [
    name,
    column('Data', (object) => count(object.data) + count(object.binaryData), integer),
    ageColumn,
  ],
  Lease: [name, column('Holder', (object) => String(at(object, 'spec', 'holderIdentity') ?? '')), ageColumn],
  EndpointSlice: [
    name,
    column('AddressType', (object) => String(object.addressType ?? '')),
    column('Ports', (object) => listed(object.ports, (port) => String(port.port))),
    column('Endpoints', (object) =>
      listed(object.endpoints, (endpoint) => String((endpoint.addresses as string[])[0])),
    ),
    ageColumn,
  ],
  CustomResourceDefinition: [name, column('Created At', (object) => object.metadata.creationTimestamp)],
  ValidatingWebhookConfiguration: [
    name,
    column('Webhooks', (object) => count(object.webhooks), integer),
    ageColumn,
  ],
  MutatingWebhookConfiguration: [
    name,
    column('Webhooks', (object) => count(object.webhooks), integer),
    ageColumn,
  ],
}

function listed(value: unknown, read: (item: Fields) => string): string {
  const items = Array.isArray(value) ? value.map((item) => read(fieldsOf(item))) : []
  return items.length > 0 ? items.join(',') : '<unset>'
}

function customColumns(resource: Resource): TableColumn[] {
  const columns = resource.custom?.columns ?? []
  if (columns.length === 0) return [name, ageColumn]
  const own = columns.map(
    (definition): TableColumn => ({
      name: definition.name,
      type: definition.type,
      priority: definition.priority ?? 0,
      cell: (object) => {
        const values = readPath(object, definition.jsonPath)
        const [first] = values
        if (first === undefined || first === null) return definition.type === 'date' ? '<unknown>' : ''
        if (definition.type === 'date') return since(first)
        if (typeof first === 'number' || typeof first === 'boolean') return first
        return values
          .map((value) => (isFields(value) || Array.isArray(value) ? JSON.stringify(value) : String(value)))
          .join(',')
      },
    }),
  )
  return [name, ...own]
}

/** The `meta.k8s.io/v1` Table of objects, as `kubectl get` asks for it. */
export function tableOf(resource: Resource, objects: KubeObject[], include: string, version: string): Fields {
  const columns = resource.custom ? customColumns(resource) : (builtin[resource.kind] ?? [name, ageColumn])
  const embed = (object: KubeObject): Fields | null => {
    if (include === 'None') return null
    if (include === 'Object') return object
    return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
  }
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: {},
    columnDefinitions: columns.map((item) => ({
      name: item.name,
      type: item.type === 'date' ? 'string' : item.type,
      format: item.name === 'Name' ? 'name' : '',
      description: '',
      priority: item.priority,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((item) => item.cell(object)),
      object: embed(object),
    })),
  }
}
