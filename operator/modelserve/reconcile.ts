import { canonicalJson } from '@berth/platform/digest'
import { isConflict, isNotFound, statusOf } from '@berth/platform/kube'
import type { Log } from '@berth/platform/log'
import { TokenError } from '@berth/platform/tokens'
import { group, labels, plural, version } from '@berth/schema/modelserve.ts'
import { CustomObjectsApi, type KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { type Outcome, RetrySoon } from '../controller/queue.ts'
import type { ModelsTokens } from '../tokens/models.ts'
import { type Apply, NameTaken } from './apply.ts'
import type { Decision } from './contract.ts'
import type { PodSettings } from './deployment.ts'
import { type RecordEvent, statusHappenings, stepHappenings } from './events.ts'
import { isOwnedBy, plan, planRemoval, type Step } from './plan.ts'
import { finalizer, isDeleting, type Key, type ModelServeResource, type Observed } from './resource.ts'
import { contractRefused, type Obstacle, statusFor } from './status.ts'

export interface ReconcileOptions {
  kubeConfig: KubeConfig
  caches: { get(key: Key): ModelServeResource | undefined; observe(resource: ModelServeResource): Observed }
  settings: PodSettings
  /** Whether the contract that the resource carries covers it as it is now. */
  holds(resource: ModelServeResource): Promise<Decision>
  apply: Apply
  tokens: ModelsTokens
  record: RecordEvent
  /** Tells the servers service that a server is no more. */
  tellGone(serverId: string): Promise<void>
  /** What keeps the operator itself from its work on this key, or undefined when nothing does any more. */
  onObstacle(key: Key, obstacle: Obstacle | undefined): void
  log: Log
}

/** One pass over a ModelServe: brings the cluster closer to what it asks for, and says in its status how it is. */
export function createReconcile(options: ReconcileOptions): (key: Key) => Promise<Outcome> {
  const { kubeConfig, caches, settings, holds, apply, tokens, record, tellGone, onObstacle, log } = options
  const api = kubeConfig.makeApiClient(CustomObjectsApi)
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

  const address = ({ metadata: { name, namespace } }: ModelServeResource) => ({
    group,
    version,
    plural,
    namespace,
    name,
  })

  /** With its resourceVersion, so that a pass over an old copy changes nothing. */
  async function writeFinalizers(resource: ModelServeResource, finalizers: string[]): Promise<void> {
    const body = { metadata: { finalizers, resourceVersion: resource.metadata.resourceVersion } }
    await api.patchNamespacedCustomObject({ ...address(resource), body }, merge)
  }

  async function remove(resource: ModelServeResource): Promise<Outcome> {
    const others = resource.metadata.finalizers?.filter((one) => one !== finalizer) ?? []
    if (others.length === resource.metadata.finalizers?.length || !resource.metadata.finalizers) return {}
    const observed = caches.observe(resource)
    const steps = planRemoval(resource, observed)
    if (steps.length > 0 || observed.pods.length > 0) {
      await apply(resource, steps)
      // Their going wakes this key again; the time is for a watch that is late.
      return { againAfterMs: 5_000 }
    }
    await tellGone(resource.spec.serverId).catch((error: unknown) =>
      log.info(
        { err: error, serverId: resource.spec.serverId },
        'the next full status tells of the deletion',
      ),
    )
    await writeFinalizers(resource, others)
    return {}
  }

  async function build(
    resource: ModelServeResource,
    observed: Observed,
  ): Promise<{ steps: Step[] } & Outcome> {
    const tenant = resource.metadata.labels?.[labels.tenant] ?? ''
    const own = observed.secret && isOwnedBy(observed.secret, resource) ? observed.secret : undefined
    const { token, againAfterMs } = await tokens(tenant, own)
    const steps = plan(resource, observed, settings, token)
    await apply(resource, steps)
    for (const happening of stepHappenings(steps, observed.deployment?.spec?.replicas))
      record(resource, happening)
    return { steps, againAfterMs }
  }

  async function writeStatus(
    resource: ModelServeResource,
    observed: Observed,
    obstacle?: Obstacle,
  ): Promise<void> {
    const status = statusFor(resource, observed, new Date(), obstacle)
    if (canonicalJson(status) === canonicalJson(resource.status)) return
    const body = { metadata: { resourceVersion: resource.metadata.resourceVersion }, status }
    await api.patchNamespacedCustomObjectStatus({ ...address(resource), body }, merge)
    for (const happening of statusHappenings(resource.status, status)) record(resource, happening)
  }

  /** Builds nothing, and takes nothing away either: what runs was approved once. */
  async function withhold(
    key: Key,
    resource: ModelServeResource,
    { code, message = '' }: Decision,
  ): Promise<Outcome> {
    if (code === 'unavailable') {
      log.info({ key, why: message }, 'a contract cannot be checked now; trying again')
      return { againAfterMs: 1_000 }
    }
    const obstacle = { reason: contractRefused, message, lasting: true }
    onObstacle(key, obstacle)
    await writeStatus(resource, caches.observe(resource), obstacle)
    // The keys that it was checked with may be old.
    return { againAfterMs: 30_000 }
  }

  async function pass(key: Key): Promise<Outcome> {
    const resource = caches.get(key)
    if (!resource) return {}
    if (isDeleting(resource)) return await remove(resource)
    const contract = await holds(resource)
    if (!contract.allowed) return await withhold(key, resource, contract)
    if (!resource.metadata.finalizers?.includes(finalizer)) {
      await writeFinalizers(resource, [...(resource.metadata.finalizers ?? []), finalizer])
      return {}
    }
    const observed = caches.observe(resource)
    try {
      const { steps, againAfterMs } = await build(resource, observed)
      onObstacle(key, undefined)
      await writeStatus(resource, observed)
      return steps.some(({ action }) => action === 'delete') ? { againAfterMs: 500 } : { againAfterMs }
    } catch (error) {
      const obstacle = obstacleOf(error)
      if (!obstacle) throw error
      onObstacle(key, obstacle)
      await writeStatus(resource, observed, obstacle)
      throw error
    }
  }

  return async (key) => {
    try {
      return await pass(key)
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) throw new RetrySoon('The copy was old.', { cause: error })
      throw error
    }
  }
}

/** Failures that a person can do something about go into the status; the rest is for the log. */
function obstacleOf(error: unknown): Obstacle | undefined {
  if (error instanceof TokenError) return { reason: 'TokenUnavailable', message: error.message }
  if (error instanceof NameTaken) return { reason: 'NameTaken', message: error.message }
  const status = statusOf(error)
  if (status && status.code < 500 && status.code !== 409 && status.code !== 404 && status.code !== 429) {
    return { reason: status.reason, message: status.message }
  }
  return undefined
}
