import { setTimeout as sleep } from 'node:timers/promises'
import { isAlreadyExists, isNotFound } from '@berth/platform/kube'
import type { Log } from '@berth/platform/log'
import { apiVersion, group, plural, version } from '@berth/schema/modelserve.ts'
import { CoreV1Api, CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node'

const longestPauseMs = 3_000

/** Waits until the cluster answers, knows ModelServes, and has the operator's namespace; for ever, and says what it waits for. */
export async function awaitCluster(
  kubeConfig: KubeConfig,
  namespace: string,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let said = ''
  for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const lacking = await whatIsLacking(kubeConfig, namespace)
    if (!lacking) return
    if (lacking !== said) log.warn(`waiting for Kubernetes: ${lacking}`)
    said = lacking
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

async function whatIsLacking(kubeConfig: KubeConfig, namespace: string): Promise<string | undefined> {
  try {
    await ensureNamespace(kubeConfig, namespace)
    await kubeConfig
      .makeApiClient(CustomObjectsApi)
      .listCustomObjectForAllNamespaces({ group, version, resourcePlural: plural, limit: 1 })
    return undefined
  } catch (error) {
    if (isNotFound(error)) {
      return `${plural} of ${apiVersion} are not defined there; apply schema/crds/modelserves.berth.dev.yaml`
    }
    return `${kubeConfig.getCurrentCluster()?.server ?? 'no cluster'} cannot be used (${describe(error)})`
  }
}

async function ensureNamespace(kubeConfig: KubeConfig, name: string): Promise<void> {
  const api = kubeConfig.makeApiClient(CoreV1Api)
  try {
    await api.readNamespace({ name })
  } catch (error) {
    if (!isNotFound(error)) throw error
    await api.createNamespace({ body: { metadata: { name } } }).catch((failure: unknown) => {
      if (!isAlreadyExists(failure)) throw failure
    })
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message.split('\n')[0] ?? ''}${cause}`
}
