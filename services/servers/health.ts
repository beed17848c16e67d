import type { Log } from '@berth/platform/log'
import { repeat } from '@berth/platform/schedule'
import { Gauge } from 'prom-client'
import type { Cluster } from './deployment/cluster.ts'

const lookEveryMs = 15_000

/**
 * Watches whether Kubernetes can be reached. It is told by a metric and the log only: without Kubernetes everything here
 * still answers, and deployments wait for it.
 */
export function watchCluster(cluster: Cluster, log: Log): { close(): void } {
  const gauge = new Gauge({
    name: 'berth_servers_kubernetes_reachable',
    help: 'Whether the Kubernetes API answered the last look (1) or not (0).',
  })
  let known: boolean | undefined
  async function look(): Promise<void> {
    const reachable = await cluster.isReachable()
    gauge.set(reachable ? 1 : 0)
    if (reachable !== known) log[reachable ? 'info' : 'warn']({ reachable }, 'the Kubernetes API')
    known = reachable
  }
  return repeat(look, { everyMs: lookEveryMs, log, failure: 'the Kubernetes API could not be looked at' })
}
