import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { internalCaller } from '../caller.ts'
import type { Deletes } from '../deletes.ts'
import { badRequest } from '../errors.ts'
import { type Pod, timestamp } from '../objects.ts'
import type { Recorder } from '../recorder.ts'
import { configMaps, kindOf, pods, secrets } from '../resources.ts'
import type { Store } from '../store.ts'
import type { Writes } from '../writes.ts'
import { createAddresses } from './addresses.ts'
import type { Groups } from './groups.ts'
import type { Image } from './images.ts'
import { sendLog } from './logs.ts'
import type { Lookups } from './sources.ts'
import type { Usage, UsageMeter } from './usage.ts'
import { createWorker, type PodWorker } from './worker.ts'

/** The one node. */
const nodeName = 'local'
export const caller = internalCaller(`node:${nodeName}`)

export interface KubeletParts {
  store: Store
  writes: Writes
  deletes: Deletes
  recorder: Recorder
  groups: Groups
  meter: UsageMeter
  images(image: string): Image | undefined
  lookups(namespace: string): Lookups
  folder: string
  backoffMilliseconds: number
  fault(error: unknown, about: string): void
}

export interface Kubelet {
  logs(pod: Pod, query: URLSearchParams, response: ServerResponse): void
  /** Usage per running container of a pod. */
  usage(uid: string): { name: string; usage: Usage }[]
  shutdown(): Promise<void>
}

const maxStopSeconds = 5

export function lookupsIn(store: Store): (namespace: string) => Lookups {
  return (namespace) => ({
    secret: (name) => store.get(kindOf(secrets), namespace, name),
    configMap: (name) => store.get(kindOf(configMaps), namespace, name),
  })
}

/** Puts every pod on the one node and runs it. What ran before a restart is started again, not ready at first. */
export async function runKubelet(parts: KubeletParts): Promise<Kubelet> {
  const { store, writes } = parts
  const kind = kindOf(pods)
  const workers = new Map<string, PodWorker>()
  const starting = new Set<string>()
  let stopped = false
  const addressOf = createAddresses(
    parts.folder,
    () => new Set((store.list(kind) as Pod[]).flatMap((pod) => pod.status?.podIP ?? [])),
  )
  mkdirSync(join(parts.folder, 'pods'), { recursive: true, mode: 0o700 })

  const bind = async (pod: Pod): Promise<Pod> => {
    const { namespace, name } = pod.metadata
    parts.recorder.record(
      'default-scheduler',
      pod,
      'Normal',
      'Scheduled',
      `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    )
    const bound = await writes.update(
      pods,
      { namespace, name },
      (current) => ({ ...current, spec: { ...(current as Pod).spec, nodeName } }),
      caller,
    )
    return bound as Pod
  }
  const adopt = async (found: Pod): Promise<void> => {
    const { uid } = found.metadata
    if (starting.has(uid) || workers.has(uid) || stopped) return
    starting.add(uid)
    try {
      const pod = found.spec.nodeName ? found : await bind(found)
      const worker = createWorker(parts, pod, await addressOf(pod))
      const now = store.get(kind, pod.metadata.namespace, pod.metadata.name) as Pod | undefined
      if (now?.metadata.uid !== uid) return void worker.discard()
      workers.set(uid, worker)
      worker.update(now)
      worker.poke()
    } catch (error) {
      parts.fault(error, `pod ${found.metadata.namespace}/${found.metadata.name}`)
      const { namespace, name } = found.metadata
      const retry = (): void => {
        const pod = store.get(kind, namespace, name)
        if (pod?.metadata.uid === uid) void adopt(pod as Pod)
      }
      setTimeout(retry, 1000)
    } finally {
      starting.delete(uid)
    }
  }

  for (const pod of store.list(kind) as Pod[]) {
    const conditions = (pod.status?.conditions ?? []).map((condition) =>
      /^(Ready|ContainersReady)$/.test(condition.type) && condition.status === 'True'
        ? { ...condition, status: 'False', reason: 'ContainersNotReady', lastTransitionTime: timestamp() }
        : condition,
    )
    const containerStatuses = pod.status?.containerStatuses?.map((status) => ({ ...status, ready: false }))
    const { namespace, name } = pod.metadata
    const target = { namespace, name, subresource: 'status' }
    if (containerStatuses)
      await writes.update(
        pods,
        target,
        (o) => ({ ...o, status: { ...pod.status, conditions, containerStatuses } }),
        caller,
      )
  }
  const known = new Set(store.list(kind).map((pod) => pod.metadata.uid))
  const folders = join(parts.folder, 'pods')
  for (const uid of existsSync(folders) ? readdirSync(folders) : [])
    if (!known.has(uid)) rmSync(join(folders, uid), { recursive: true, force: true })
  for (const pod of store.list(kind)) void adopt(pod as Pod)

  store.subscribe((change) => {
    const { uid, namespace } = change.object.metadata
    if (change.kind === kind) {
      const worker = workers.get(uid)
      if (change.type === 'DELETED') {
        workers.delete(uid)
        worker
          ?.discard()
          .catch((error: unknown) => parts.fault(error, `the folder of pod ${change.object.metadata.name}`))
      } else if (worker) worker.update(change.object as Pod)
      else void adopt(change.object as Pod)
    } else if (change.kind === kindOf(secrets) || change.kind === kindOf(configMaps))
      for (const worker of workers.values()) if (worker.pod.metadata.namespace === namespace) worker.poke()
  })

  return {
    logs(pod, query, response) {
      const names = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(
        (container) => container.name,
      )
      const asked =
        query.get('container') ||
        (pod.spec.containers.length === 1 ? pod.spec.containers[0]?.name : undefined)
      const choose = `choose one of: [${names.join(' ')}]`
      const podName = pod.metadata.name
      if (!asked) throw badRequest(`a container name must be specified for pod ${podName}, ${choose}`)
      if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${podName}`)
      const slot = workers
        .get(pod.metadata.uid)
        ?.slots()
        .find((item) => item.name === asked)
      const previous = /^(true|1)$/.test(query.get('previous') ?? '')
      const file = slot?.logFile(previous)
      if (!slot || !file || !existsSync(file)) {
        if (previous)
          throw badRequest(`previous terminated container "${asked}" in pod "${podName}" not found`)
        const reason = slot?.status().state.waiting?.reason ?? 'ContainerCreating'
        throw badRequest(`container "${asked}" in pod "${podName}" is waiting to start: ${reason}`)
      }
      sendLog(file, previous ? undefined : slot.liveLog(), query, response)
    },
    usage(uid) {
      return (workers.get(uid)?.slots() ?? []).flatMap((slot) => {
        const usage = slot.usageGroup === undefined ? undefined : parts.meter.usage(slot.usageGroup)
        return usage ? [{ name: slot.name, usage }] : []
      })
    },
    async shutdown() {
      stopped = true
      await Promise.all([...workers.values()].map((worker) => worker.shutdown(maxStopSeconds)))
    },
  }
}
