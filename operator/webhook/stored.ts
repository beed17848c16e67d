import { isNotFound } from '@berth/platform/kube'
import { group, plural, version } from '@berth/schema/modelserve.ts'
import { CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node'

/** Reads a ModelServe as it is stored now, not as a cache remembers it: its contract may just have been renewed. */
export function createStoredReader(kubeConfig: KubeConfig) {
  const api = kubeConfig.makeApiClient(CustomObjectsApi)
  return async (namespace: string, name: string): Promise<unknown> => {
    try {
      return await api.getNamespacedCustomObject({ group, version, plural, namespace, name })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }
}
