import { createHash } from 'node:crypto'
import { internalCaller } from './caller.ts'
import type { Deletes } from './deletes.ts'
import { statusOf } from './deployment-status.ts'
import { clone, type Deployment, type Pod, type ReplicaSet, same } from './objects.ts'
import { createQueue, type Queue } from './queue.ts'
import type { Recorder } from './recorder.ts'
import { controllerOf, controllerReference } from './replicasets.ts'
import { deployments, kindOf, pods, replicaSets } from './resources.ts'
import { planRollout } from './rollout.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

const caller = internalCaller('deployment-controller')
const revisionKey = 'deployment.kubernetes.io/revision'
const hashKey = 'pod-template-hash'

export function templateHash(template: unknown): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
  const digest = createHash('sha256').update(JSON.stringify(template)).digest()
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join('')
}

const withoutHash = (template: ReplicaSet['spec']['template']): unknown => {
  const { [hashKey]: _hash, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}
const normal = (template: Deployment['spec']['template']): unknown => ({
  ...template,
  metadata: { ...template.metadata, labels: template.metadata?.labels ?? {} },
})
const revisionOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[revisionKey] ?? 0)

export function runDeployments(
  store: Store,
  writes: Writes,
  deletes: Deletes,
  recorder: Recorder,
  failed: (error: unknown, key: string) => void,
): Queue {
  const kind = kindOf(deployments)
  const setsOf = (deployment: Deployment): ReplicaSet[] =>
    (store.list(kindOf(replicaSets), deployment.metadata.namespace) as ReplicaSet[])
      .filter((set) => controllerOf(set)?.uid === deployment.metadata.uid)
      .sort((a, b) => revisionOf(a) - revisionOf(b))

  const createSet = async (
    deployment: Deployment,
    revision: number,
    replicas: number,
  ): Promise<ReplicaSet> => {
    const { name, namespace, labels, annotations } = deployment.metadata
    const { template, selector, minReadySeconds } = deployment.spec
    const hash = templateHash(template)
    const own = { ...template.metadata, labels: { ...template.metadata?.labels, [hashKey]: hash } }
    const { 'kubectl.kubernetes.io/last-applied-configuration': _last, ...kept } = annotations ?? {}
    const body = {
      metadata: {
        name: `${name}-${hash}`,
        labels: { ...labels, ...own.labels },
        annotations: { ...kept, [revisionKey]: String(revision) },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas,
        ...(minReadySeconds ? { minReadySeconds } : {}),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashKey]: hash } },
        template: { ...clone(template), metadata: own },
      },
    }
    return (await writes.create(replicaSets, namespace, body, caller)) as ReplicaSet
  }
  const annotate = async (
    resource: typeof deployments,
    namespace: string,
    name: string,
    revision: number,
  ): Promise<void> => {
    await writes.update(
      resource,
      { namespace, name },
      (current) => ({
        ...current,
        metadata: {
          ...current.metadata,
          annotations: { ...current.metadata.annotations, [revisionKey]: String(revision) },
        },
      }),
      caller,
    )
  }
  const scale = async (deployment: Deployment, set: ReplicaSet, replicas: number): Promise<void> => {
    const { namespace, name } = set.metadata
    await writes.update(
      replicaSets,
      { namespace, name },
      (current) => ({ ...current, spec: { ...(current as ReplicaSet).spec, replicas } }),
      caller,
    )
    const way = replicas > set.spec.replicas ? 'up' : 'down'
    recorder.record(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${way} replica set ${name} from ${set.spec.replicas} to ${replicas}`,
    )
  }

  const publish = async (
    deployment: Deployment,
    current: ReplicaSet | undefined,
    old: ReplicaSet[],
    key: string,
  ): Promise<void> => {
    const { namespace, name } = deployment.metadata
    const { status, againAfterMs } = statusOf(deployment, current, old)
    if (againAfterMs !== undefined) queue.addAfter(key, againAfterMs)
    if (same(status, deployment.status)) return
    await writes.update(
      deployments,
      { namespace, name, subresource: 'status' },
      (o) => ({ ...o, status }),
      caller,
    )
  }

  const queue = createQueue(async (key) => {
    const [namespace = '', name = ''] = key.split('/')
    const deployment = store.get(kind, namespace, name) as Deployment | undefined
    if (!deployment || deployment.metadata.deletionTimestamp) return
    const sets = setsOf(deployment)
    let current = sets.find((set) => same(withoutHash(set.spec.template), normal(deployment.spec.template)))
    const old = sets.filter((set) => set !== current)
    const newest = Math.max(0, ...old.map(revisionOf))
    if (!current && !deployment.spec.paused) {
      current = await createSet(deployment, newest + 1, 0)
    } else if (current && revisionOf(current) <= newest)
      await annotate(replicaSets, namespace, current.metadata.name, newest + 1)
    const revision = current
      ? Math.max(revisionOf(current), newest + (current && revisionOf(current) <= newest ? 1 : 0))
      : 0
    if (current && deployment.metadata.annotations?.[revisionKey] !== String(revision))
      await annotate(deployments, namespace, name, revision)
    if (current) {
      const names = new Set(old.map((set) => set.metadata.uid))
      const remaining = (store.list(kindOf(pods), namespace) as Pod[]).filter((pod) =>
        names.has(controllerOf(pod)?.uid ?? ''),
      )
      const steps = deployment.spec.paused
        ? new Map<string, number>()
        : planRollout(deployment, current, old, remaining.length === 0)
      for (const set of sets.includes(current) ? sets : [...sets, current]) {
        const step = steps.get(set.metadata.name)
        if (step !== undefined) await scale(deployment, set, step)
      }
    }
    const idle = old.filter((set) => set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0)
    const surplus = idle.length - (deployment.spec.revisionHistoryLimit ?? 10)
    for (const set of idle.slice(0, Math.max(0, surplus)))
      await deletes.remove(replicaSets, { namespace, name: set.metadata.name }, {}, caller)
    await publish(deployment, current, old, key)
  }, failed)

  for (const { metadata } of store.list(kind)) queue.add(`${metadata.namespace}/${metadata.name}`)
  store.subscribe((change) => {
    const { namespace, name } = change.object.metadata
    if (change.kind === kind && change.type !== 'DELETED') queue.add(`${namespace}/${name}`)
    const object = change.object
    if (change.kind === kindOf(replicaSets)) {
      const owner = controllerOf(object)
      if (owner) queue.add(`${namespace}/${owner.name}`)
    } else if (change.kind === kindOf(pods) && change.type === 'DELETED') {
      // Recreate waits for the last old pod: its ReplicaSet's status may already say zero.
      const owner = controllerOf(object)
      const set = owner && store.get(kindOf(replicaSets), namespace, owner.name)
      const above = set && controllerOf(set)
      if (above) queue.add(`${namespace}/${above.name}`)
    }
  })
  return queue
}
