import { isNotFound } from '@berth/platform/kube'
import { type KubeConfig, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node'
import { type Child, isOwnedBy, type Step } from './plan.ts'
import { fieldManager, type ModelServeResource } from './resource.ts'

/** A wanted name is taken by an object that this ModelServe does not own; it is left alone. */
export class NameTaken extends Error {
  override name = 'NameTaken'
}

/** Does what a plan says, one step after the other; steps that remain cost nothing. */
export type Apply = (resource: ModelServeResource, steps: readonly Step[]) => Promise<void>

export function createApply(kubeConfig: KubeConfig): Apply {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig)

  async function write(object: Child): Promise<void> {
    await api.patch(object, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply)
  }

  async function create(resource: ModelServeResource, object: Child): Promise<void> {
    const found = await api.read({ ...object, metadata: nameOf(object) }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined
      throw error
    })
    if (found && !isOwnedBy(found, resource)) {
      throw new NameTaken(
        `${object.kind} ${object.metadata?.name} exists in ${object.metadata?.namespace} and belongs to something else; rename the server or delete that object.`,
      )
    }
    await write(object)
  }

  async function remove(object: Child): Promise<void> {
    try {
      const named = { apiVersion: object.apiVersion, kind: object.kind, metadata: nameOf(object) }
      const body = { preconditions: { uid: object.metadata?.uid }, propagationPolicy: 'Background' }
      await api.delete(named, undefined, undefined, undefined, undefined, 'Background', body)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  return async (resource, steps) => {
    for (const { action, object } of steps) {
      if (action === 'create') await create(resource, object)
      else if (action === 'update') await write(object)
      else if (action === 'delete' && object.metadata?.deletionTimestamp === undefined) await remove(object)
    }
  }
}

const nameOf = ({ metadata }: Child) => ({ name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' })
