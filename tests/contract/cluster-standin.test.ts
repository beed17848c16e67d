import { execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '@berth/kit/condition'
import { AppsV1Api, CoreV1Api, type V1ConfigMap, type V1Pod } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, collect, real, scriptPod, startCluster, unique, webScript } from './cluster-kit.ts'

const run = promisify(execFile)
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0

let cluster: Cluster
let core: CoreV1Api

beforeAll(async () => {
  cluster = await startCluster({
    CLUSTER_TOKENS: JSON.stringify({ sesame: { user: 'robot', groups: ['robots'] } }),
  })
  core = cluster.config.makeApiClient(CoreV1Api)
}, 30_000)
afterAll(() => cluster.stop())

function ask(path: string, headers: Record<string, string> = {}): Promise<{ code: number; text: string }> {
  const ca = cluster.config.getCurrentCluster()?.caData ?? ''
  return new Promise((resolve, reject) => {
    const options = { headers, ca: Buffer.from(ca, 'base64'), agent: false }
    const call = request(`${cluster.standIn?.address}${path}`, options, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => resolve({ code: response.statusCode ?? 0, text }))
    })
    call.on('error', reject)
    call.end()
  })
}

/** Processes of this machine whose command line or environment has a text. */
function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').includes(text)
      } catch {
        return false
      }
    })
    .map(Number)
}

const deploymentOf = (name: string, replicas: number) => {
  const { spec } = scriptPod(name, webScript)
  const labels = { app: name }
  return {
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  }
}

// Credentials, processes and the data folder are its own; on a real cluster the file has only kubectl's case.
describe.runIf(!real)('the stand-in', () => {
  it('asks for credentials, except for its health and version', async () => {
    expect(await ask('/readyz')).toEqual({ code: 200, text: 'ok' })
    expect((await ask('/version')).code).toBe(200)
    const refused = await ask('/api/v1/namespaces')
    expect(refused.code).toBe(401)
    expect(JSON.parse(refused.text)).toMatchObject({ kind: 'Status', reason: 'Unauthorized' })
    expect((await ask('/api/v1/namespaces', { authorization: 'Bearer wrong' })).code).toBe(401)
    expect((await ask('/api/v1/namespaces', { authorization: 'Bearer sesame' })).code).toBe(200)
  })

  // Reads /proc, which only Linux has.
  it.runIf(process.platform === 'linux')(
    'comes back from a SIGKILL with every write, no orphan, and its pods ready again',
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
      const pids = processesWith(`HOSTNAME=${name}`)
      expect(pids.length).toBe(2)

      const written: string[] = []
      let dead = false
      const writing = (async () => {
        for (let i = 0; !dead; i += 1) {
          const item = `${name}-${i}`
          await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: item } } })
          written.push(item)
        }
      })().catch(() => undefined)
      await until('there are some writes', async () => written.length > 20)
      await cluster.standIn?.kill()
      dead = true
      await writing
      await cluster.standIn?.start()

      const kept = await core.listNamespacedConfigMap({ namespace })
      const names = new Set(kept.items.map((item) => item.metadata?.name))
      expect(written.filter((item) => !names.has(item))).toEqual([])
      expect(processesWith(`HOSTNAME=${name}`).filter((pid) => pids.includes(pid))).toEqual([])
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
      const old = await collect<V1ConfigMap>(cluster.config, '/api/v1/configmaps', { resourceVersion: '1' })
      const expired = await until('the error is told', async () => old.events[0])
      expect(expired).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
      await apps.deleteNamespacedDeployment({ name, namespace })
      await until('no process is left', async () => processesWith(`HOSTNAME=${name}`).length === 0)
    },
  )

  // Reads /proc, which only Linux has.
  it.runIf(process.platform === 'linux')(
    'tells an outside reaper of its groups, and hands its pipe to nobody',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'reaper-'))
      const main = join(import.meta.dirname, '../../infra/local/cluster/main.ts')
      const port = String(20_000 + Math.floor(Math.random() * 20_000))
      const images = join(folder, 'images.json')
      const kubeconfig = join(folder, 'kubeconfig')
      writeFileSync(images, JSON.stringify({ 'test/node': { command: [process.execPath] } }))
      const env = {
        PATH: process.env.PATH,
        CLUSTER_PORT: port,
        CLUSTER_DATA: join(folder, 'data'),
        CLUSTER_IMAGES: images,
        CLUSTER_KUBECONFIG: kubeconfig,
        CLUSTER_REAPER_FD: '3',
      }
      const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
      let told = ''
      child.stdio[3]?.on('data', (chunk: Buffer) => {
        told += chunk.toString()
      })
      await new Promise((resolve) => child.stdout?.once('data', resolve))
      const { KubeConfig } = await import('@kubernetes/client-node')
      const config = new KubeConfig()
      config.loadFromFile(kubeconfig)
      // A daemon leaves session, group and parents behind.
      const daemon =
        "require('child_process').spawn('sh', ['-c', 'setsid sleep 600 & exit'], { detached: true });"
      const body = scriptPod('reaped', daemon + webScript)
      await config.makeApiClient(CoreV1Api).createNamespacedPod({ namespace: 'default', body })
      const group = await until('the group is told', async () => /^\+(\d+)\n/.exec(told)?.[1])
      const pipe = readlinkSync(`/proc/${child.pid}/fd/3`)
      const held = readdirSync(`/proc/${group}/fd`).map((fd) => readlinkSync(`/proc/${group}/fd/${fd}`))
      expect(held).not.toContain(pipe)
      const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
      const asked = Date.now()
      child.kill('SIGTERM')
      expect(await exit).toBe(0)
      expect(Date.now() - asked).toBeLessThan(7000)
      await until('the group is crossed out', async () => told.endsWith(`-${group}\n`))
      expect(processesWith('HOSTNAME=reaped')).toEqual([])
      rmSync(folder, { recursive: true, force: true })
    },
  )
})

// A machine without kubectl asks the same of the API by the client, in the other files.
describe.runIf(hasKubectl)('kubectl', () => {
  const kubectl = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('kubectl', ['--kubeconfig', cluster.kubeconfig, ...args])
    return stdout
  }

  it('applies, shows, describes, scales, reads logs and deletes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-'))
    const namespace = unique('kubectl')
    const name = 'web'
    await kubectl('create', 'namespace', namespace)
    const on = (...args: string[]): Promise<string> => kubectl('-n', namespace, ...args)
    const file = join(folder, 'web.json')
    const write = (replicas: number, note: string): void => {
      const body = deploymentOf(name, replicas)
      const container = body.spec.template.spec?.containers[0]
      if (container) container.env = [...(container.env ?? []), { name: 'NOTE', value: note }]
      writeFileSync(file, JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', ...body }))
    }
    write(1, 'one')
    expect(await on('apply', '-f', file)).toContain('deployment.apps/web created')
    await on('rollout', 'status', 'deployment/web', '--timeout=30s')
    expect(await on('get', 'deployments')).toMatch(
      /NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +1\/1 +1 +1 /,
    )
    expect(await on('get', 'pods')).toMatch(/NAME +READY +STATUS +RESTARTS +AGE\nweb-\S+ +1\/1 +Running +0 /)
    expect(await on('describe', 'deployment', 'web')).toContain('ScalingReplicaSet')
    expect(await on('describe', 'pods')).toMatch(/Scheduled[\s\S]+Pulled[\s\S]+Created[\s\S]+Started/)
    expect(await on('logs', 'deployment/web')).toContain('listening on')
    write(1, 'two')
    expect(await on('apply', '-f', file)).toContain('deployment.apps/web configured')
    await on('rollout', 'status', 'deployment/web', '--timeout=30s')
    expect(await on('apply', '-f', file)).toContain('unchanged')
    expect(await on('apply', '--server-side', '--force-conflicts', '-f', file)).toContain(
      'serverside-applied',
    )
    expect(await on('scale', 'deployment/web', '--replicas=2')).toContain('scaled')
    await on('rollout', 'status', 'deployment/web', '--timeout=30s')
    await on('rollout', 'undo', 'deployment/web')
    expect(await on('rollout', 'history', 'deployment/web')).toContain('3')
    await on('wait', '--for=condition=Available', 'deployment/web', '--timeout=30s')
    expect(await kubectl('api-resources')).toMatch(/deployments +deploy +apps\/v1/)
    await kubectl('delete', 'namespace', namespace, '--timeout=30s')
    rmSync(folder, { recursive: true, force: true })
  })
})
