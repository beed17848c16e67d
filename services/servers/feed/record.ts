import { canonicalJson } from '@berth/platform/digest'
import {
  isInFlight,
  looksTheSame,
  noUsage,
  type PodState,
  type PodUsage,
  type ServerRow,
} from '../records/server.ts'
import type { ResourceReport } from './report.ts'
import { deriveStatus } from './status.ts'

/** How a report changes a row: not at all, only what is used, only what no caller sees, or more. */
export type Difference = 'none' | 'usage' | 'unseen' | 'visible'

export interface Recorded {
  row: ServerRow
  difference: Difference
  /** The number of replicas was changed in the cluster, as by `kubectl scale`. */
  scaled: boolean
}

/** Takes a report into a server's row, which stays the same one where the report says nothing of it. */
export function recordReport(before: ServerRow, report: ResourceReport, now: Date): Recorded {
  // What is left of a resource says nothing of the new one that is on its way, nor of a server that has stopped since.
  const stale = report.deleting && isInFlight(before) === (before.desired === 'RUNNING')
  if (before.desired === 'DELETED' || stale) return { row: before, difference: 'none', scaled: false }
  const scaled = isScaledOutside(before, report)
  const pods = report.pods.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(usable)
  const memoryBytes = sum(pods.map((pod) => pod.memoryBytes))
  const row: ServerRow = {
    ...before,
    replicas: scaled ? report.specReplicas : before.replicas,
    resourceGeneration: scaled ? report.observedGeneration : before.resourceGeneration,
    observed: {
      phase: report.phase,
      message: report.message,
      specReplicas: report.specReplicas,
      deleting: report.deleting,
    },
    readyReplicas: report.readyReplicas,
    pods,
    memoryBytes,
    maxMemoryBytes: greatest(before.maxMemoryBytes, memoryBytes),
    cpuCores: round(sum(pods.map((pod) => pod.cpuCores))),
  }
  if (!isBeforeApply(before)) Object.assign(row, deriveStatus(row))
  if (row.status === 'READY' && before.status !== 'READY') row.startedAt = now
  return { row, difference: differenceOf(before, row), scaled }
}

/** Takes in that the resource is gone although it should be there. */
export function recordLoss(before: ServerRow): ServerRow {
  return {
    ...withoutPods(before),
    desired: 'STOPPED',
    status: 'STOPPED',
    message: 'The ModelServe resource was deleted outside Berth; start the server to apply it again.',
  }
}

/** A row of a server that has no resource. */
export const withoutPods = (row: ServerRow): ServerRow => ({
  ...row,
  observed: null,
  resourceGeneration: null,
  readyReplicas: 0,
  pods: [],
  memoryBytes: null,
  cpuCores: null,
})

/** Its workflow is still at the model or the contract: the status tells of that. */
const isBeforeApply = (row: ServerRow) =>
  isInFlight(row) && (row.status === 'PENDING' || row.status === 'RETRIEVING')

/** A newer spec than the one that was applied here, with another number: somebody scaled it in the cluster. */
function isScaledOutside(row: ServerRow, report: ResourceReport): boolean {
  return (
    row.desired === 'RUNNING' &&
    !isInFlight(row) &&
    !report.deleting &&
    report.specReplicas !== row.replicas &&
    report.observedGeneration > (row.resourceGeneration ?? 0)
  )
}

function differenceOf(before: ServerRow, after: ServerRow): Difference {
  if (!looksTheSame(before, after)) return 'visible'
  const differs =
    usesOther(before, after) ||
    before.maxMemoryBytes !== after.maxMemoryBytes ||
    after.pods.some((pod, index) => usesOther(before.pods[index] ?? noUsage, pod))
  if (differs) return 'usage'
  return canonicalJson(before.observed) === canonicalJson(after.observed) ? 'none' : 'unseen'
}

/** A pod that idles still flickers: less than this is no news, for a record nor for whoever watches it. */
const flicker: { [Key in keyof PodUsage]: number } = {
  memoryBytes: 2 ** 20,
  cpuCores: 0.02,
  requestsPerMinute: 1,
  tokensPerSecond: 0.1,
  queueLength: 1,
  sequencesBusy: 1,
}

function usesOther(before: Partial<PodUsage>, after: Partial<PodUsage>): boolean {
  return Object.entries(flicker).some(([key, least]) => {
    // Rows from before a number was measured do not have it.
    const [was, is] = [before, after].map((usage) => usage[key as keyof PodUsage] ?? null)
    if (typeof was !== 'number' || typeof is !== 'number') return was !== is
    return Math.abs(is - was) >= least
  })
}

/** Usage is measured: three decimals of a core are enough, and bytes are whole. */
const usable = (pod: PodState): PodState => ({
  ...pod,
  memoryBytes: pod.memoryBytes === null ? null : Math.round(pod.memoryBytes),
  cpuCores: round(pod.cpuCores),
})

const round = (value: number | null) => (value === null ? null : Math.round(value * 1000) / 1000)

function sum(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
}

const greatest = (a: number | null, b: number | null) =>
  a === null || b === null ? (a ?? b) : Math.max(a, b)
