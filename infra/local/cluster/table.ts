import {
  at,
  type ContainerStatus,
  type Deployment,
  type Fields,
  fieldsOf,
  type KubeObject,
  type Pod,
  type ReplicaSet,
  type Service,
} from './objects.ts'
import type { Resource } from './resources.ts'
import { valueAt } from './scale.ts'

type Cell = string | number | boolean
/** The heading and how an object's cell is read; `-o wide` shows those with a 1. */
type Column = [name: string, cell: (object: KubeObject) => Cell, priority?: 1]

/** The columns of a kind, by its type. */
const columnsOf = <T extends KubeObject>(...columns: [string, (object: T) => Cell, 1?][]): Column[] =>
  columns.map(([name, cell, priority]) => [name, (object) => cell(object as T), priority])

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
const text = (value: unknown, absent = ''): string => String(value ?? absent)
const listed = (items: Cell[] = []): string => items.join(',') || '<none>'

const nameColumn: Column = ['Name', ({ metadata }) => metadata.name]
const ageColumn: Column = ['Age', ({ metadata }) => since(metadata.creationTimestamp)]

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
      const why = state.waiting?.reason ?? state.terminated?.reason
      if (why) reason = why
      else if (ready && reason === 'Completed') reason = 'Running'
    }
  }
  return pod.metadata.deletionTimestamp ? 'Terminating' : reason
}

function restarts(statuses: ContainerStatus[] = []): string {
  const total = statuses.reduce((sum, status) => sum + status.restartCount, 0)
  const ends = statuses.map((item) => item.lastState.terminated?.finishedAt ?? '')
  const last = ends.sort().at(-1)
  return total > 0 && last ? `${total} (${since(last)} ago)` : String(total)
}

const podColumns = columnsOf<Pod>(
  ['Ready', ({ spec, status }) => `${readyIn(status?.containerStatuses)}/${spec.containers.length}`],
  ['Status', podReason],
  ['Restarts', ({ status }) => restarts(status?.containerStatuses)],
  ['Age', ({ metadata }) => since(metadata.creationTimestamp)],
  ['IP', ({ status }) => text(status?.podIP, '<none>'), 1],
  ['Node', ({ spec }) => text(spec.nodeName, '<none>'), 1],
)

const readyIn = (statuses: ContainerStatus[] = []): number => statuses.filter(({ ready }) => ready).length

const deploymentColumns = columnsOf<Deployment>(
  ['Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas}`],
  ['Up-to-date', ({ status }) => status?.updatedReplicas ?? 0],
  ['Available', ({ status }) => status?.availableReplicas ?? 0],
)

const replicaSetColumns = columnsOf<ReplicaSet>(
  ['Desired', ({ spec }) => spec.replicas],
  ['Current', ({ status }) => status?.replicas ?? 0],
  ['Ready', ({ status }) => status?.readyReplicas ?? 0],
)

const serviceColumns = columnsOf<Service>(
  ['Type', ({ spec }) => text(spec.type)],
  ['Cluster-IP', ({ spec }) => text(spec.clusterIP, '<none>')],
  ['External-IP', () => '<none>'],
  ['Port(s)', ({ spec }) => listed(spec.ports?.map((port) => `${port.port}/${port.protocol}`))],
)

const builtin: Record<string, Column[]> = {
  Pod: [nameColumn, ...podColumns],
  Deployment: [nameColumn, ...deploymentColumns, ageColumn],
  ReplicaSet: [nameColumn, ...replicaSetColumns, ageColumn],
  Service: [nameColumn, ...serviceColumns, ageColumn],
  Namespace: [nameColumn, ['Status', ({ status }) => text(fieldsOf(status).phase)], ageColumn],
  Secret: [
    nameColumn,
    ['Type', ({ type }) => text(type)],
    ['Data', ({ data }) => Object.keys(fieldsOf(data)).length],
    ageColumn,
  ],
  Lease: [nameColumn, ['Holder', ({ spec }) => text(fieldsOf(spec).holderIdentity)], ageColumn],
  Event: [
    ['Last Seen', ({ lastTimestamp }) => since(lastTimestamp)],
    ['Type', ({ type }) => text(type)],
    ['Reason', ({ reason }) => text(reason)],
    [
      'Object',
      ({ involvedObject }) =>
        `${text(at(involvedObject, 'kind')).toLowerCase()}/${text(at(involvedObject, 'name'))}`,
    ],
    ['Message', ({ message }) => text(message).trim()],
  ],
}

function customColumns(resource: Resource): Column[] {
  const columns = resource.custom?.columns ?? []
  if (columns.length === 0) return [nameColumn, ageColumn]
  const own = columns.map(({ name, type, jsonPath, priority }): Column => {
    const cell = (object: KubeObject): Cell => {
      const value = valueAt(object, jsonPath)
      if (type === 'date') return since(value)
      return typeof value === 'number' || typeof value === 'boolean' ? value : text(value)
    }
    return priority ? [name, cell, 1] : [name, cell]
  })
  return [nameColumn, ...own]
}

/** The `meta.k8s.io/v1` Table of objects, as `kubectl get` asks for it; with the whole objects, or their metadata. */
export function tableOf(resource: Resource, objects: KubeObject[], whole: boolean): Fields {
  const columns = resource.custom
    ? customColumns(resource)
    : (builtin[resource.kind] ?? [nameColumn, ageColumn])
  const partial = ({ metadata }: KubeObject): Fields => ({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
  })
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: columns.map(([name, , priority = 0]) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(([, cell]) => cell(object)),
      object: whole ? object : partial(object),
    })),
  }
}
