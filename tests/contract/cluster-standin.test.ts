import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@berth/kit/condition'
import { freePorts } from '@berth/kit/launch'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  processesWith,
  real,
  scriptPod,
  selfSigned,
  startCluster,
  unique,
  webScript,
} from './cluster-kit.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({
    CLUSTER_TOKENS: JSON.stringify({ sesame: { user: 'robot', groups: ['robots'] } }),
  })
})
afterAll(() => cluster.stop())

function ask(
  path: string,
  headers: Record<string, string> = {},
  identity: { cert?: string; key?: string } = {},
): Promise<{ code: number; text: string }> {
  const ca = cluster.config.getCurrentCluster()?.caData ?? ''
  return new Promise((resolve, reject) => {
    const options = { headers, ca: Buffer.from(ca, 'base64'), agent: false, ...identity }
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

// Credentials, processes and the data folder are its own.
describe.runIf(!real)('the stand-in', () => {
  it('asks for credentials, except for its health and version', async () => {
    expect(await ask('/readyz')).toEqual({ code: 200, text: 'ok' })
    expect((await ask('/version')).code).toBe(200)
    const refused = await ask('/api/v1/namespaces')
    expect(refused.code).toBe(401)
    expect(JSON.parse(refused.text)).toMatchObject({ kind: 'Status', reason: 'Unauthorized' })
    expect((await ask('/api/v1/namespaces', { authorization: 'Bearer wrong' })).code).toBe(401)
    expect((await ask('/api/v1/namespaces', { authorization: 'Bearer sesame' })).code).toBe(200)
    const { certificate, key } = await selfSigned()
    expect((await ask('/api/v1/namespaces', {}, { cert: certificate, key })).code).toBe(401)
    const { certData = '', keyData = '' } = cluster.config.getCurrentUser() ?? {}
    const pem = (data: string): string => Buffer.from(data, 'base64').toString()
    const admin = { cert: pem(certData), key: pem(keyData) }
    expect((await ask('/api/v1/namespaces', {}, admin)).code).toBe(200)
  })

  // Reads /proc, which only Linux has.
  it.runIf(process.platform === 'linux')(
    'tells an outside reaper of its groups, and hands its pipe to nobody',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'reaper-'))
      const main = join(import.meta.dirname, '../../infra/local/cluster/main.ts')
      const port = String(await freePorts(1))
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
      const config = new KubeConfig()
      config.loadFromFile(kubeconfig)
      // A daemon leaves session, group and parents behind.
      const daemon =
        "require('child_process').spawn('sh', ['-c', 'setsid sleep 600 & exit'], { detached: true });"
      const name = unique('reaped')
      const body = scriptPod(name, daemon + webScript)
      await config.makeApiClient(CoreV1Api).createNamespacedPod({ namespace: 'default', body })
      const group = await until('the group is told', async () => /^\+(\d+)\n/.exec(told)?.[1])
      const pipe = readlinkSync(`/proc/${child.pid}/fd/3`)
      // It may close one between the two looks.
      const held = await until('its files are told', () =>
        readdirSync(`/proc/${group}/fd`).map((fd) => readlinkSync(`/proc/${group}/fd/${fd}`)),
      )
      expect(held).not.toContain(pipe)
      const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
      const asked = Date.now()
      child.kill('SIGTERM')
      expect(await exit).toBe(0)
      // It does not wait for the daemon.
      expect(Date.now() - asked).toBeLessThan(60_000)
      await until('the group is crossed out', async () => told.endsWith(`-${group}\n`))
      await until('no process is left', () => processesWith(`HOSTNAME=${name}`).length === 0)
      rmSync(folder, { recursive: true, force: true })
    },
  )
})
