import { within } from '@berth/platform/deadline'
import type { Log } from '@berth/platform/log'
import type { ServiceTokens } from '@berth/platform/tokens'
import { labels } from '@berth/schema/modelserve.ts'
import type { KubeConfig, KubernetesObject, V1Pod } from '@kubernetes/client-node'
import { createApply } from '../modelserve/apply.ts'
import type { PodSettings } from '../modelserve/deployment.ts'
import { createEventRecorder } from '../modelserve/events.ts'
import { createReconcile, type ReconcileOptions } from '../modelserve/reconcile.ts'
import { type Key, keyOf } from '../modelserve/resource.ts'
import type { Obstacle } from '../modelserve/status.ts'
import { startActivityPoll } from '../status/activity-poll.ts'
import { type StatusBatch, startPublisher } from '../status/publisher.ts'
import { reportOf } from '../status/snapshot.ts'
import { startUsagePoll } from '../status/usage.ts'
import { createModelsTokens } from '../tokens/models.ts'
import type { Caches, Kind } from './caches.ts'
import { publishMetrics, queueDepth, reconcileMetrics } from './metrics.ts'
import { createQueue } from './queue.ts'

/** Keys worked on at once: reconciles wait for the API nearly all of their time. */
const workers = 4
const stopWithinMs = 2_000

export interface LeaderOptions {
  kubeConfig: KubeConfig
  caches: Caches
  settings: PodSettings
  holds: ReconcileOptions['holds']
  tokens: ServiceTokens
  send(batch: StatusBatch): Promise<void>
  identity: string
  log: Log
}

/** What only the leader does: reconcile, and tell the servers service. */
export interface Leader {
  notice(key: Key, kind: Kind, object: KubernetesObject, type: 'added' | 'updated' | 'deleted'): void
  stop(): Promise<void>
}

export function startLeader({
  kubeConfig,
  caches,
  settings,
  holds,
  tokens,
  send,
  identity,
  log,
}: LeaderOptions): Leader {
  const obstacles = new Map<Key, Obstacle>()
  const record = createEventRecorder(kubeConfig, identity, log)

  const report = (key: Key) => {
    const resource = caches.get(key)
    return resource && reportOf(resource, caches.observe(resource), used, obstacles.get(key))
  }
  const used = (pod: V1Pod) => ({ ...usage.of(pod), ...activity.of(pod) })
  const keys = () => caches.list().map(({ metadata }) => keyOf(metadata))

  const onMeasured = () => {
    for (const key of keys()) if (caches.podsOf(key).length > 0) publisher.touch(key)
  }
  const usage = startUsagePoll({
    kubeConfig,
    log,
    isNeeded: () => keys().some((key) => caches.podsOf(key).length > 0),
    onMeasured,
  })
  const activity = startActivityPoll({
    log,
    pods: () => keys().flatMap((key) => caches.podsOf(key)),
    onMeasured,
  })
  const publisher = startPublisher({
    report,
    reportAll: () => keys().flatMap((key) => report(key) ?? []),
    send,
    log,
    observe: publishMetrics,
  })
  const queue = createQueue({
    process: createReconcile({
      kubeConfig,
      caches,
      settings,
      holds,
      apply: createApply(kubeConfig),
      tokens: createModelsTokens(tokens, log),
      record,
      tellGone: (serverId) => publisher.gone(serverId),
      onObstacle(key, obstacle) {
        if (obstacle) obstacles.set(key, obstacle)
        else if (!obstacles.delete(key)) return
        publisher.touch(key)
      },
      log,
    }),
    workers,
    log,
    observe: reconcileMetrics,
  })
  /** A call that hangs must not keep this replica from trying to lead again. */
  const leave = (what: string, ending: Promise<void>) =>
    within(stopWithinMs, ending, what).catch((error: unknown) => log.warn({ err: error }, 'left behind'))

  queueDepth(queue.depth)
  for (const key of keys()) queue.add(key)

  return {
    notice(key, kind, object, type) {
      if (kind === 'ModelServe' && type === 'deleted') {
        obstacles.delete(key)
        const serverId = object.metadata?.labels?.[labels.serverId]
        // A failure to tell is made good by the full status that follows it.
        if (serverId) publisher.gone(serverId).catch(() => undefined)
      }
      if (kind !== 'Secret') publisher.touch(key)
      queue.add(key)
    },
    async stop() {
      usage.stop()
      await activity.stop()
      queueDepth(() => 0)
      await leave('A reconcile', queue.stop())
      await leave('A status batch', publisher.stop())
    },
  }
}
