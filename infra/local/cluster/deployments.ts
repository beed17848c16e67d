import { createHash } from 'node:crypto'
import { internalCaller } from './caller.ts'
import type { Deletes } from './deletes.ts'
import { statusOf } from './deployment-status.ts'
import { clone, type Deployment, type ReplicaSet, same } from './objects.ts'
import { createQueue, type Queue } from './queue.ts'
import type { Recorder } from './recorder.ts'
import { controllerOf, controllerReference } from './replicasets.ts'
import { deployments, kindOf, replicaSets } from './resources.ts'
import { planRollout } from './rollout.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

const caller = internalCaller('deployment-controller')
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
      .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))

  const createSet = async (deployment: Deployment): Promise<ReplicaSet> => {
    const { name, namespace, labels } = deployment.metadata
    const { template, selector } = deployment.spec
    const hash = templateHash(template)
    const own = { ...template.metadata, labels: { ...template.metadata?.labels, [hashKey]: hash } }
    const body = {
      metadata: {
        name: `${name}-${hash}`,
        labels: { ...labels, ...own.labels },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashKey]: hash } },
        template: { ...clone(template), metadata: own },
      },
    }
    return (await writes.create(replicaSets, namespace, body, caller)) as ReplicaSet
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
      'deployment-controller',
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${way} replica set ${name} from ${set.spec.replicas} to ${replicas}`,
    )
  }

  const publish = async (
    deployment: Deployment,
    current: ReplicaSet,
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
    const found = sets.find((set) => same(withoutHash(set.spec.template), normal(deployment.spec.template)))
    const current = found ?? (await createSet(deployment))
    const old = sets.filter((set) => set !== current)
    const steps = planRollout(deployment, current, old)
    for (const set of [...old, current]) {
      const step = steps.get(set.metadata.name)
      if (step !== undefined) await scale(deployment, set, step)
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
    const owner = change.kind === kindOf(replicaSets) ? controllerOf(change.object) : undefined
    if (owner) queue.add(`${namespace}/${owner.name}`)
  })
  return queue
}
