import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { adminPassword, freePorts, type LocalBerth, launch, startBerth } from '@berth/kit/launch'
import { keepAway } from '@berth/kit/parts'
import { signIn } from '@berth/kit/people'
import { isAlive, tree } from '@berth/kit/processes'
import { deploy, untilStatus } from '@berth/kit/servers'
import { chat } from '@berth/kit/talk'
import { afterAll, beforeAll, expect, test } from 'vitest'

const data = mkdtempSync(join(tmpdir(), 'berth-start-'))
const started: LocalBerth[] = []
let port: number
let serverId: string

beforeAll(async () => {
  port = await freePorts()
})
afterAll(async () => {
  await Promise.all(started.map((berth) => berth.stop()))
  rmSync(data, { recursive: true, force: true })
})

async function start(): Promise<LocalBerth> {
  const berth = await startBerth({ data, port })
  started.push(berth)
  return berth
}

/** Its record may still say READY of a pod before; whoever talks to it knows. */
const untilTalking = ({ url }: LocalBerth, token: string) =>
  until('the server talks', async () => (await chat(`${url}/${serverId}/v1`, token)).status === 200, 120_000)

const healthy = (berth: LocalBerth) => fetch(`${berth.url}/health`).then(({ ok }) => ok)

test('the first start says where to go, and keeps its secrets to itself', async () => {
  const berth = await start()
  expect(berth.output()).toContain(`UI          ${berth.url}/`)
  expect(berth.output()).toContain(`GraphQL     ${berth.url}/graphql`)
  expect(berth.output()).toContain(`kubeconfig  ${berth.kubeconfig}`)
  expect(berth.output()).toContain('sign in     admin')
  for (const secret of ['admin-password', 'secrets.json', 'kubeconfig']) {
    expect(statSync(join(data, secret)).mode & 0o077).toBe(0)
  }
  const admin = await signIn(berth.url, 'admin', adminPassword)
  serverId = (await deploy(berth.url, admin.token, { name: 'lasting', model: 'storyteller' })).id
  await untilStatus(berth.url, admin.token, serverId, 'READY')
})

test('a second Berth on the same folder, or on the same ports, is refused in one line', async () => {
  const other = mkdtempSync(join(tmpdir(), 'berth-other-'))
  await refused({ data, port: await freePorts() }, /in use by another Berth/)
  await refused({ data: other, port }, new RegExp(`Port ${port}, for gateway, is in use`))
  rmSync(other, { recursive: true })
})

test('a service that is killed comes back', async () => {
  const berth = started[0]
  if (!berth?.process.pid) throw new Error('The first start failed.')
  const comeBack = keepAway(berth, 'models')
  await until('it is missed', async () => !(await healthy(berth)))
  await comeBack()
  await until('it is back', () => healthy(berth))
  expect(berth.output()).toMatch(/models was ended by SIGKILL; starting it again/)
})

test('SIGTERM ends every process within 30 s', async () => {
  const berth = started[0]
  if (!berth?.process.pid) throw new Error('The first start failed.')
  const all = tree(berth.process.pid)
  expect(all.some(({ command }) => command.includes('services/inference'))).toBe(true)
  const askedAt = Date.now()
  expect(await berth.stop('SIGTERM')).toBe(0)
  await until('nobody is left', () => all.every(({ pid }) => !isAlive(pid)))
  expect(Date.now() - askedAt).toBeLessThan(30_000)
})

test('the second start brings users, models and servers back, and shows no password', async () => {
  const berth = await start()
  expect(berth.output()).not.toContain('sign in')
  const admin = await signIn(berth.url, 'admin', adminPassword)
  const ready = await untilStatus(berth.url, admin.token, serverId, 'READY')
  expect(ready.name).toBe('lasting')
  const model = await field(
    berth.url,
    '{ model(name: "storyteller") { latest { status } } }',
    {},
    admin.token,
  )
  expect(model).toEqual({ latest: { status: 'READY' } })
  await untilTalking(berth, admin.token)
})

test('after a SIGKILL nothing is left behind, and the next start has everything', async () => {
  const berth = started.at(-1)
  if (!berth?.process.pid) throw new Error('The second start failed.')
  const all = tree(berth.process.pid).filter(({ pid }) => pid !== berth.process.pid)
  expect(all.length).toBeGreaterThan(8)
  await berth.stop('SIGKILL')
  await until('nobody is left', () => all.every(({ pid }) => !isAlive(pid)))
  const again = await start()
  const admin = await signIn(again.url, 'admin', adminPassword)
  expect(await untilStatus(again.url, admin.token, serverId, 'READY')).toMatchObject({ name: 'lasting' })
  await untilTalking(again, admin.token)
  await again.stop('SIGINT')
})

async function refused(
  options: { data: string; port: number; env?: Record<string, string> },
  message: RegExp,
): Promise<void> {
  const { process: child, output } = launch(options)
  // Not before all that it said is here.
  const [code] = await once(child, 'close')
  expect(output()).toMatch(message)
  expect(output().trim().split('\n')).toHaveLength(1)
  expect(code).toBe(1)
}

test('a folder from a newer version, or one that cannot be written, is refused in one line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-newer-'))
  const free = await freePorts()
  writeFileSync(join(folder, 'format.json'), '{"format": 999}')
  await refused({ data: folder, port: free }, /newer Berth \(format 999/)
  writeFileSync(join(folder, 'file'), '')
  await refused({ data: join(folder, 'file'), port: free }, /cannot be written/)
  await refused({ data: '/proc/berth', port: free }, /cannot be written/)
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

test('a busy port further on is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-busy-'))
  const free = await freePorts()
  const holder = createServer().listen(free + 2, '127.0.0.1')
  await until('the port is taken', () => holder.listening)
  await refused({ data: folder, port: free }, new RegExp(`Port ${free + 2}, for models, is in use`))
  holder.close()
  rmSync(folder, { recursive: true })
})

test('a wrong setting of a part ends the start, and is told without its value', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-setting-'))
  const secret = 'a-key-that-nobody-may-see'
  const env = {
    SOURCE_HEADERS: JSON.stringify([{ origin: 'https://models.example.com', headers: { host: secret } }]),
  }
  const { process: child, output } = launch({ data: folder, port: await freePorts(), env })
  const [code] = await once(child, 'close')
  expect([code, output()]).toEqual([1, expect.stringMatching(/SOURCE_HEADERS: host is no credential/)])
  expect(output()).not.toContain(secret)
  expect(readFileSync(join(folder, 'logs', 'models.log'), 'utf8')).not.toContain(secret)
  rmSync(folder, { recursive: true })
})

test('--help tells the settings', () => {
  const bootstrap = resolve(import.meta.dirname, '../../infra/bootstrap.mjs')
  const text = execFileSync(process.execPath, [bootstrap, 'infra/local/main.ts', '--help'], {
    encoding: 'utf8',
  })
  const documented = [
    'PORT',
    'BERTH_DATA',
    'BERTH_ADMIN_PASSWORD',
    'BERTH_SOURCE_ALLOW',
    'HUB_TOKEN',
    'LIMIT_MEMORY',
  ]
  for (const name of documented) expect(text).toContain(name)
  expect(readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')).toContain('npm start')
})
