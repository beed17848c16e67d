import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ask } from '@berth/kit/graph'
import { isKubectlInstalled, kubectl } from '@berth/kit/kubectl'
import { newPerson, type Person, signIn } from '@berth/kit/people'
import { processes } from '@berth/kit/processes'
import { deploy, untilStatus } from '@berth/kit/servers'
import { beforeAll, describe, expect, inject, test } from 'vitest'

const berth = inject('berth')
const data = inject('data')
const kubeconfig = inject('kubeconfig')

/** Where each value that nobody may read comes from, by the value. */
const secrets = new Map<string, string>()

/** A cluster and a Secret keep a value as its base64. */
function add(from: string, value: unknown): void {
  // Shorter values, such as a user's name, are no secrets and would be found everywhere.
  if (typeof value !== 'string' || value.trim().length < 16) return
  secrets.set(value.trim(), from)
  secrets.set(Buffer.from(value).toString('base64'), `${from}, in base64`)
}

const foundIn = (text: string) =>
  [...secrets].filter(([value]) => text.includes(value)).map(([, from]) => from)

/** What is looked at, unless it goes away just then, as files of a database do. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function filesIn(folder: string): string[] {
  const entries = unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? []
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    return entry.isFile() ? [path] : []
  })
}

/** Everything in the cluster of the kinds that it has, by kind. */
async function everything(): Promise<Record<string, { items: KubernetesObject[] }>> {
  const { stdout } = await kubectl(kubeconfig, ['api-resources', '--verbs=list', '-o', 'name'])
  const kinds = stdout.trim().split('\n')
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const { stdout: json } = await kubectl(kubeconfig, ['get', kind, '-A', '-o', 'json'])
      return [kind, JSON.parse(json)] as const
    }),
  )
  return Object.fromEntries(lists)
}

// It looks behind the gateway: into the data folder, the cluster and the processes of this machine.
describe.runIf(data !== '' && isKubectlInstalled())('secrets', () => {
  let ann: Person
  let admin: Person
  let cluster: Awaited<ReturnType<typeof everything>>

  beforeAll(async () => {
    ann = await newPerson(berth, 'ann')
    admin = await signIn(berth, 'admin', inject('adminPassword'))
    const server = await deploy(berth, ann.token, { name: 'keeper', model: 'storyteller' })
    await untilStatus(berth, ann.token, server.id, 'READY')
    await fetch(`${berth}/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'password',
        username: ann.username,
        password: `${ann.password}-wrong`,
      }),
    })
    cluster = await everything()
    for (const [name, value] of Object.entries(
      JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')),
    )) {
      add(name, value)
    }
    add("admin's password", readFileSync(join(data, 'admin-password'), 'utf8'))
    for (const person of [ann, admin]) {
      for (const name of ['password', 'token', 'refreshToken'] as const)
        add(`${person.username}: ${name}`, person[name])
    }
    for (const { metadata, data: values } of cluster.secrets?.items ?? []) {
      for (const [key, value] of Object.entries(values ?? {})) {
        // A certificate is for everybody to see.
        if (!key.endsWith('.crt'))
          add(`the Secret ${metadata.name}/${key}`, Buffer.from(value, 'base64').toString())
      }
    }
    const [, key] = readFileSync(kubeconfig, 'utf8').match(/client-key-data"?: "?([^"\s]+)/) ?? []
    add('the key in the kubeconfig', Buffer.from(key ?? '', 'base64').toString())
  })

  test('are found where they belong', () => {
    expect(foundIn(readFileSync(join(data, 'secrets.json'), 'utf8'))).toContain('objectsSecretKey')
    expect(foundIn(JSON.stringify(cluster.secrets)).join()).toMatch(/the Secret \S+token/)
    expect(foundIn(readFileSync(kubeconfig, 'utf8'))).toEqual(['the key in the kubeconfig, in base64'])
  })

  test('are in no log', () => {
    const folder = join(data, 'logs')
    const logs = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
    expect(logs.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['auth.log', 'gateway.log', 'servers.log']),
    )
    for (const { name, text } of logs) expect.soft(foundIn(text), name).toEqual([])
  })

  test('are in no object of the cluster but Secrets', () => {
    expect(Object.keys(cluster)).toEqual(expect.arrayContaining(['secrets', 'pods', 'deployments.apps']))
    for (const [kind, list] of Object.entries(cluster)) {
      if (kind !== 'secrets') expect.soft(foundIn(JSON.stringify(list)), kind).toEqual([])
    }
  })

  test('are in no arguments of a process', () => {
    const commands = processes().map(({ command }) => command)
    expect(commands.some((command) => command.includes('services/inference/main.ts'))).toBe(true)
    for (const command of commands) expect.soft(foundIn(command), command.slice(0, 60)).toEqual([])
  })

  test('are in no answer of the graph', async () => {
    const query = `{
      me { id username email role tenant { id name namespace } }
      models(first: 50) { edges { node { name description versions { id tag source { uri sha256 } file { path }
        metadata { chatTemplate } retrieval { error steps { name error } } } } } }
      servers(first: 50) { edges { node { id name status message url
        kubernetes { namespace deployment service pods { name node } } } } }
    }`
    for (const { token } of [ann, admin]) {
      const answer = await ask(berth, query, {}, token)
      expect(answer.errors).toBeUndefined()
      expect(foundIn(JSON.stringify(answer))).toEqual([])
    }
  })

  test('lie in files that only their owner reads', () => {
    const readable: string[] = []
    let holders = 0
    for (const path of filesIn(data)) {
      // Weights hold none, and are large.
      if (path.endsWith('.gguf') || path.includes('/blobs/')) continue
      const text = unlessGone(() => readFileSync(path, 'latin1'))
      const found = foundIn(text ?? '')
      if (found.length === 0) continue
      holders += 1
      const mode = unlessGone(() => statSync(path).mode) ?? 0
      if ((mode & 0o077) !== 0) readable.push(`${path}: ${(mode & 0o777).toString(8)}, ${found}`)
    }
    expect(holders).toBeGreaterThan(3)
    expect(readable).toEqual([])
  })
})

interface KubernetesObject {
  metadata: { name: string }
  data?: Record<string, string>
}
