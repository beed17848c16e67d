import { until } from '@berth/kit/condition'
import { AppsV1Api, CoreV1Api, type V1Pod } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  createNamespace,
  dropNamespace,
  merge,
  podThat,
  processesWith,
  real,
  scriptPod,
  startCluster,
  unique,
  webScript,
} from './cluster-kit.ts'

let cluster: Cluster
let core: CoreV1Api

beforeAll(async () => {
  cluster = await startCluster()
  core = cluster.config.makeApiClient(CoreV1Api)
})
afterAll(() => cluster.stop())

const deploymentOf = (name: string, replicas: number) => {
  const { spec } = scriptPod(name, webScript)
  const labels = { app: name }
  return {
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  }
}

// A real cluster is not ours to kill.
describe.runIf(!real)('killed, the stand-in', () => {
  // Reads /proc, which only Linux has.
  it.runIf(process.platform === 'linux')(
    'comes back from a SIGKILL without an orphan, and its pods are ready again',
    async () => {
      const name = unique('phoenix')
      const namespace = 'default'
      const apps = cluster.config.makeApiClient(AppsV1Api)
      await apps.createNamespacedDeployment({ namespace, body: deploymentOf(name, 2) })
      const ready = () =>
        until('two pods are ready', async () => {
          const { status } = await apps.readNamespacedDeployment({ name, namespace })
          return status?.readyReplicas === 2
        })
      await ready()
      const before = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })
      const addresses = before.items.map((pod) => pod.status?.podIP)
      const pids = await until('two processes run', () => {
        const found = processesWith(`HOSTNAME=${name}`)
        return found.length === 2 && found
      })

      await cluster.standIn?.kill()
      await cluster.standIn?.start()
      await until('nothing of before is left', () =>
        processesWith(`HOSTNAME=${name}`).every((pid) => !pids.includes(pid)),
      )
      await until('both pods have restarted', async () => {
        const now = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })
        const good = (pod: V1Pod): boolean =>
          pod.status?.containerStatuses?.[0]?.restartCount === 1 && pod.status.containerStatuses[0].ready
        return now.items.every(good) && now.items.length === 2 ? now : undefined
      })
      await ready()
      const after = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })
      expect(after.items.map((pod) => pod.metadata?.name)).toEqual(
        before.items.map((pod) => pod.metadata?.name),
      )
      expect(after.items.map((pod) => pod.status?.podIP)).toEqual(addresses)
      await apps.deleteNamespacedDeployment({ name, namespace })
      await until('no process is left', async () => processesWith(`HOSTNAME=${name}`).length === 0)
    },
  )

  it('keeps every write that it acknowledged, and no half of one', async () => {
    const namespace = await createNamespace(cluster.config)
    /** By name: what was acknowledged last, and what a write without an answer may have left instead. */
    const known = new Map<string, (string | undefined)[]>()
    let acknowledged = 0
    const copyOf = (value: string): string => `${value} `.repeat(1000)

    const write = async (name: string, value: string | undefined): Promise<void> => {
      const [before] = known.get(name) ?? []
      if (before === undefined && value === undefined) return
      known.set(name, [before, value])
      if (value === undefined) await core.deleteNamespacedConfigMap({ name, namespace })
      else {
        const body = { metadata: { name, labels: { value } }, data: { value, copy: copyOf(value) } }
        if (before === undefined) await core.createNamespacedConfigMap({ namespace, body })
        else await core.replaceNamespacedConfigMap({ name, namespace, body })
      }
      known.set(name, [value])
      acknowledged += 1
    }
    for (let round = 0; round < 4; round += 1) {
      let dead = false
      const storm = async (writer: number): Promise<void> => {
        for (let i = 0; !dead; i += 1) {
          const value = i % 5 === 4 ? undefined : `${round}-${i}`
          await write(`w${writer}-${i % 3}`, value).catch((error: unknown) => {
            if (!dead) throw error
          })
        }
      }
      const storms = Promise.all([0, 1, 2, 3].map(storm))
      const enough = acknowledged + 20 + Math.floor(Math.random() * 100)
      await Promise.race([storms, until('there are some writes', () => acknowledged >= enough)])
      dead = true
      await cluster.standIn?.kill()
      await storms
      await cluster.standIn?.start()

      const { items } = await core.listNamespacedConfigMap({ namespace })
      const found = new Map(items.map((item) => [item.metadata?.name ?? '', item]))
      for (const [name, values] of known) {
        const item = found.get(name)
        const value = item?.data?.value
        expect(values, `${name} holds what was written`).toContain(value)
        if (value !== undefined) expect(item?.data?.copy).toBe(copyOf(value))
        expect(item?.metadata?.labels?.value).toBe(value)
        known.set(name, [value])
      }
    }
    await dropNamespace(cluster.config, namespace)
  })

  // Reads /proc, which only Linux has.
  it.runIf(process.platform === 'linux')(
    'has as many pods as it should after kills in the middle of scaling, and no process beside them',
    async () => {
      const name = unique('storm')
      const namespace = 'default'
      const apps = cluster.config.makeApiClient(AppsV1Api)
      await apps.createNamespacedDeployment({ namespace, body: deploymentOf(name, 1) })
      for (let round = 0; round < 2; round += 1) {
        for (const replicas of [3, 0, 2]) {
          await apps.patchNamespacedDeploymentScale({ name, namespace, body: { spec: { replicas } } }, merge)
          const wanted = Math.floor(Math.random() * replicas)
          await until('some pods have come', () => processesWith(`HOSTNAME=${name}`).length >= wanted)
        }
        await cluster.standIn?.kill()
        await cluster.standIn?.start()
      }
      const running = () => processesWith(`HOSTNAME=${name}`).length
      await until('two pods are ready, and nothing else of it runs', async () => {
        const { status } = await apps.readNamespacedDeployment({ name, namespace })
        return status?.readyReplicas === 2 && status.replicas === 2 && running() === 2
      })
      await apps.deleteNamespacedDeployment({ name, namespace })
      await until('no process is left', () => running() === 0)
    },
  )

  // Reads /proc, which only Linux has.
  it.runIf(process.platform === 'linux')(
    'starts a container again whose process was killed, and ends what that had started',
    async () => {
      const name = unique('victim')
      const namespace = 'default'
      const child = "require('child_process').spawn('sleep', ['600'], { detached: true });"
      const body = scriptPod(name, child + webScript)
      await core.createNamespacedPod({ namespace, body })
      const mark = `HOSTNAME=${name}`
      const before = await until('both processes run', () => {
        const found = processesWith(mark)
        return found.length === 2 && found
      })
      process.kill(Math.min(...before), 'SIGKILL')
      const pod = await podThat(core, namespace, name, ({ status }) => {
        const [found] = status?.containerStatuses ?? []
        return found?.restartCount === 1 && found.ready
      })
      expect(pod.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
        exitCode: 137,
        reason: 'Error',
      })
      await until('only the new ones run', () => {
        const now = processesWith(mark)
        return now.length === 2 && !now.some((pid) => before.includes(pid))
      })
      await core.deleteNamespacedPod({ name, namespace })
      await until('no process is left', () => processesWith(mark).length === 0)
    },
  )
})
