import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ApiError } from '../errors.ts'
import { type Pod, same } from '../objects.ts'
import { pods } from '../resources.ts'
import { caller, type KubeletParts } from './kubelet.ts'
import { createSlot, type Slot } from './slot.ts'
import { podStatus } from './status.ts'
import { mountVolumes } from './volumes.ts'

/** Brings one pod to life and keeps its status true. */
export interface PodWorker {
  readonly pod: Pod
  slots(): Slot[]
  update(pod: Pod): void
  poke(): void
  /** The pod is gone from the API: nothing of it may stay. */
  discard(): Promise<void>
  /** The cluster stops: containers end, what the API says of them stays. */
  shutdown(maxSeconds: number): Promise<void>
}

export function createWorker(kubelet: KubeletParts, first: Pod, address: string): PodWorker {
  let pod = first
  const folder = join(kubelet.folder, 'pods', first.metadata.uid)
  let frozen = false
  let terminating: Promise<void> | undefined
  let graceSeconds = Number.POSITIVE_INFINITY
  let syncing = false
  let again = false

  const slotsOf = (init: boolean): Slot[] => {
    const containers = (init ? pod.spec.initContainers : pod.spec.containers) ?? []
    const before = init ? pod.status?.initContainerStatuses : pod.status?.containerStatuses
    return containers.map((container) =>
      createSlot({
        kubelet,
        pod: () => pod,
        container,
        init,
        folder,
        address,
        before: before?.find((status) => status.name === container.name),
        changed: () => poke(),
      }),
    )
  }
  const inits = slotsOf(true)
  const mains = slotsOf(false)
  const all = [...inits, ...mains]
  const finished = (): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

  const publish = async (): Promise<void> => {
    if (frozen) return
    const { namespace, name, uid } = pod.metadata
    try {
      const next = await kubelet.writes.update(
        pods,
        { namespace, name, subresource: 'status' },
        (current) => {
          if (current.metadata.uid !== uid) throw new ApiError(404, 'NotFound', 'the pod was replaced')
          const observed = {
            inits: inits.map((slot) => slot.status()),
            mains: mains.map((slot) => slot.status()),
            address,
            terminating: terminating !== undefined,
          }
          const status = podStatus(current as Pod, observed)
          return same(status, current.status) ? current : { ...current, status }
        },
        caller,
      )
      pod = next as Pod
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error
    }
  }

  const terminate = async (): Promise<void> => {
    for (const slot of all) slot.unready()
    await publish()
    await Promise.all(all.map((slot) => slot.stop(graceSeconds)))
    if (frozen) return
    await publish()
    const { namespace, name, uid } = pod.metadata
    const options = { gracePeriodSeconds: 0, preconditions: { uid } }
    await kubelet.deletes.remove(pods, { namespace, name }, options, caller).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error
    })
  }

  const mayRestart = (slot: Slot): boolean => {
    const policy = pod.spec.restartPolicy ?? 'Always'
    if (slot.exitCode === undefined || policy === 'Always') return true
    return policy === 'OnFailure' && slot.exitCode !== 0
  }
  /** Starts a container unless it runs or its back-off lasts; answers whether something changed. */
  const startIfDue = (slot: Slot): void => {
    if (!slot.running && slot.waitLeft() === 0) slot.start()
  }
  const advance = (): void => {
    for (const slot of inits) {
      if (slot.exitCode === 0 && !slot.running) continue
      const failedForGood = slot.exitCode !== undefined && pod.spec.restartPolicy === 'Never'
      if (!failedForGood) startIfDue(slot)
      return
    }
    for (const slot of mains) if (mayRestart(slot)) startIfDue(slot)
  }
  const step = async (): Promise<void> => {
    if (pod.metadata.deletionTimestamp) {
      const grace = pod.metadata.deletionGracePeriodSeconds ?? 30
      if (terminating && grace < graceSeconds)
        for (const slot of all) void slot.stop(grace, `Stopping container ${slot.name} sooner`)
      graceSeconds = Math.min(graceSeconds, grace)
      terminating ??= terminate()
      return
    }
    if (finished()) return
    await publish()
    try {
      mountVolumes(pod, folder, kubelet.lookups(pod.metadata.namespace ?? ''))
    } catch (error) {
      const started = all.some((slot) => slot.running)
      if (started) return
      kubelet.recorder.record(
        'kubelet',
        pod,
        'Warning',
        'FailedMount',
        error instanceof Error ? error.message : String(error),
      )
      setTimeout(poke, 2000)
      return
    }
    // The cluster may have begun to stop during the wait above: nothing may start after that.
    if (frozen) return
    advance()
    await publish()
  }
  const run = async (): Promise<void> => {
    syncing = true
    do {
      again = false
      if (frozen) break
      await step().catch((error: unknown) => {
        kubelet.fault(error, `pod ${pod.metadata.namespace}/${pod.metadata.name}`)
        setTimeout(poke, 1000)
      })
    } while (again)
    syncing = false
  }
  function poke(): void {
    again = true
    if (!syncing && !frozen) void run()
  }

  return {
    get pod() {
      return pod
    },
    slots: () => all,
    update(next) {
      const marked = next.metadata.deletionGracePeriodSeconds !== pod.metadata.deletionGracePeriodSeconds
      pod = next
      if (marked) poke()
    },
    poke,
    async discard() {
      frozen = true
      await Promise.all(all.map((slot) => slot.stop(1)))
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
    async shutdown(maxSeconds) {
      frozen = true
      const grace = Math.min(pod.spec.terminationGracePeriodSeconds ?? 30, maxSeconds)
      await Promise.all(all.map((slot) => slot.stop(grace)))
    },
  }
}
