import type { Checks } from '@berth/platform/http'
import type { Log } from '@berth/platform/log'
import { Gauge } from 'prom-client'
import type { DataSource } from 'typeorm'
import type { Cluster } from './deployment/cluster.ts'

const lookEveryMs = 15_000

/** Ready when the database answers. */
export async function checkReady(database: DataSource): Promise<Checks> {
  const postgres = await database.query('SELECT 1').then(
    () => true,
    () => false,
  )
  return { postgres }
}

/**
 * Watches whether Kubernetes can be reached. It is told by a metric and the log only: without Kubernetes everything here
 * still answers, and deployments wait for it.
 */
export function watchCluster(cluster: Cluster, log: Log): { close(): void } {
  const gauge = new Gauge({
    name: 'berth_kubernetes_reachable',
    help: 'Whether the Kubernetes API answered the last look (1) or not (0).',
  })
  let known: boolean | undefined
  async function look(): Promise<void> {
    const reachable = await cluster.isReachable()
    gauge.set(reachable ? 1 : 0)
    if (reachable !== known) log[reachable ? 'info' : 'warn']({ reachable }, 'the Kubernetes API')
    known = reachable
  }
  void look()
  const timer = setInterval(() => void look(), lookEveryMs)
  return { close: () => clearInterval(timer) }
}
