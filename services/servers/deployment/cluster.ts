import {
  isAlreadyExists,
  isConflict,
  isNotFound,
  isTimeout,
  requestWithinMs,
  statusOf,
} from '@berth/platform/kube'
import { labels as names } from '@berth/schema/modelserve.ts'
import {
  type KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type V1Namespace,
  VersionApi,
} from '@kubernetes/client-node'
import { type ModelServeResource, modelServeType } from './modelserve.ts'

/** The API refuses, and would again: the resource is not valid, or the admission webhook says no. */
export class Refused extends Error {
  override name = 'Refused'
}

/** The API cannot do it now: it is away, or something that it needs is; the same call may work later. */
export class ClusterUnavailable extends Error {
  override name = 'ClusterUnavailable'
}

export interface Place {
  namespace: string
  name: string
}

/** What this service does in Kubernetes. Every call may throw Refused or ClusterUnavailable. */
export interface Cluster {
  ensureNamespace(name: string, tenantId: string): Promise<void>
  read(place: Place): Promise<ModelServeResource | null>
  /** Creates or changes the resource; the last word on its fields is ours. */
  apply(resource: ModelServeResource): Promise<ModelServeResource>
  /** Asks for the deletion of exactly this resource as it was read; false when it was changed since. */
  remove(resource: ModelServeResource): Promise<boolean>
  isReachable(): Promise<boolean>
}

const fieldManager = 'berth-servers'

/** Works on the cluster of a kubeconfig by `@kubernetes/client-node`. */
export function createCluster(kubeConfig: KubeConfig): Cluster {
  const objects = KubernetesObjectApi.makeApiClient(kubeConfig)
  const version = kubeConfig.makeApiClient(VersionApi)

  async function ensureNamespace(name: string, tenantId: string): Promise<void> {
    const header = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    const labels = { [names.tenant]: tenantId, [names.managedBy]: 'berth' }
    const known = await absentAsNull(objects.read<V1Namespace>(header))
    const owner = known?.metadata?.labels?.[names.tenant]
    if (owner === tenantId) return
    if (owner !== undefined) {
      throw new Refused(
        `The namespace ${name} belongs to another tenant; its label ${names.tenant} says so. Ask the cluster's administrator.`,
      )
    }
    const wanted = { ...header, metadata: { name, labels } }
    if (!known) {
      try {
        await objects.create(wanted)
      } catch (error) {
        if (!isAlreadyExists(error)) throw error
      }
      return
    }
    await objects.patch(wanted, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply)
  }

  async function remove(resource: ModelServeResource): Promise<boolean> {
    const { uid, resourceVersion } = resource.metadata ?? {}
    try {
      await objects.delete(resource, undefined, undefined, undefined, undefined, undefined, {
        propagationPolicy: 'Foreground',
        preconditions: { uid, resourceVersion },
      })
      return true
    } catch (error) {
      if (isNotFound(error)) return true
      if (isConflict(error)) return false
      throw error
    }
  }

  return {
    ensureNamespace: (name, tenantId) => translated(ensureNamespace(name, tenantId)),
    read: (place) =>
      translated(absentAsNull(objects.read<ModelServeResource>({ ...modelServeType, metadata: place }))),
    apply: (resource) =>
      translated(
        objects.patch(resource, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply),
      ),
    remove: (resource) => translated(remove(resource)),
    async isReachable() {
      try {
        await version.getCode()
        return true
      } catch {
        return false
      }
    },
  }
}

async function absentAsNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

async function translated<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    throw translateError(error)
  }
}

/** Says whether an error is the API's last word. */
export function translateError(error: unknown): Error {
  if (error instanceof Refused || error instanceof ClusterUnavailable) return error
  if (isTimeout(error)) {
    return new ClusterUnavailable(`the Kubernetes API did not answer within ${requestWithinMs / 1000} s`)
  }
  const status = statusOf(error)
  if (!status) {
    const why = error instanceof Error && error.message.startsWith('Unrecognized API version and kind')
    return new ClusterUnavailable(
      why
        ? 'the cluster does not know ModelServe resources yet; the operator installs them'
        : 'the Kubernetes API cannot be reached',
      { cause: error },
    )
  }
  const { code, message } = status
  // A namespace on its way out refuses new content with 403, until it is gone and can be made again.
  const final = [400, 403, 405, 413, 422].includes(code) && !message.includes('being terminated')
  return final
    ? new Refused(`The Kubernetes API refused the ModelServe: ${message}`)
    : new ClusterUnavailable(`the Kubernetes API answered ${code}: ${message}`, { cause: error })
}
