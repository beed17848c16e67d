import { statusOf } from '@berth/platform/kube'
import type { Log } from '@berth/platform/log'
import { parseQuantity } from '@berth/platform/quantity'
import { CustomObjectsApi, type KubeConfig, type V1Pod } from '@kubernetes/client-node'
import { z } from 'zod'
import { childSelector, type Key, keyOf } from '../modelserve/resource.ts'

export interface Usage {
  memoryBytes: number
  cpuCores: number
}

const podMetrics = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string() }),
      containers: z.array(z.object({ usage: z.object({ cpu: z.string(), memory: z.string() }) })),
    }),
  ),
})

/** Each pod's use of memory and processor, from the body of metrics.k8s.io. @throws ZodError */
export function usagesOf(body: unknown): Map<Key, Usage> {
  return new Map(
    podMetrics.parse(body).items.map(({ metadata, containers }) => [
      `${metadata.namespace}/${metadata.name}`,
      {
        memoryBytes: Math.round(
          containers.reduce((sum, { usage }) => sum + (parseQuantity(usage.memory) ?? 0), 0),
        ),
        cpuCores: Number(
          containers.reduce((sum, { usage }) => sum + (parseQuantity(usage.cpu) ?? 0), 0).toFixed(3),
        ),
      },
    ]),
  )
}

export interface UsagePoll {
  of(pod: V1Pod): Usage | undefined
  stop(): void
}

export interface UsagePollOptions {
  kubeConfig: KubeConfig
  log: Log
  /** Whether there is anything to measure. */
  isNeeded(): boolean
  onMeasured(): void
  everyMs?: number
}

/** A cluster without metrics-server answers 404: asking it again every 2 s would be of no use. */
const withoutMetricsMs = 30_000

/** Polls metrics.k8s.io while any pod runs. */
export function startUsagePoll(options: UsagePollOptions): UsagePoll {
  const { kubeConfig, log, isNeeded, onMeasured, everyMs = 2_000 } = options
  const api = kubeConfig.makeApiClient(CustomObjectsApi)
  let usages = new Map<Key, Usage>()
  let stopped = false
  let wasMissing = false
  let timer = setTimeout(poll, 0)

  async function measure(): Promise<number> {
    if (!isNeeded()) {
      usages = new Map()
      return everyMs
    }
    try {
      const body: unknown = await api.listCustomObjectForAllNamespaces({
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        resourcePlural: 'pods',
        labelSelector: childSelector,
      })
      usages = usagesOf(body)
      wasMissing = false
      if (!stopped) onMeasured()
      return everyMs
    } catch (error) {
      const missing = statusOf(error)?.code === 404
      if (missing && !wasMissing)
        log.warn('the cluster has no metrics.k8s.io; memory and CPU are not reported')
      if (!missing) log.debug({ err: error }, 'usage could not be measured')
      wasMissing = missing
      return missing ? withoutMetricsMs : everyMs
    }
  }

  function poll(): void {
    void measure().then((pauseMs) => {
      if (!stopped) timer = setTimeout(poll, pauseMs)
    })
  }

  return {
    of: (pod) => usages.get(keyOf(pod.metadata)),
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
