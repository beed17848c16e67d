import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { adminPassword, freePorts, startBerth } from '@berth/kit/launch'
import { signIn } from '@berth/kit/people'
import { deploy, readServer } from '@berth/kit/servers'
import { KubeConfig } from '@kubernetes/client-node'

/** A Berth under measurement, and who asks it. */
export interface Bench {
  url: string
  token: string
  /** The namespace of the caller's servers. */
  namespace: string
  /** The cluster's API; undefined when only the gateway can be reached. */
  cluster: KubeConfig | undefined
  model: string
  /** Deploys a server that is deleted at the end, at the latest. */
  deploy(input?: Record<string, unknown>): Promise<Deployed>
  /** Deletes a server and waits until nothing of it is left. */
  remove(id: string): Promise<void>
  say(line: string): void
}

export interface Deployed {
  id: string
  name: string
  url: string
}

export interface Place {
  url?: string
  password?: string
  kubeconfig?: string
  model: string
}

/** Starts a Berth, or connects to the one at `url`; what it starts and deploys ends with the stack. */
export async function openBench(place: Place, ending: AsyncDisposableStack): Promise<Bench> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const { url, password, kubeconfig } = place.url ? given(place, place.url) : await own(ending, say)
  const { token } = await signIn(url, 'admin', password)
  const me = await field<{ tenant: { namespace: string } }>(url, '{ me { tenant { namespace } } }', {}, token)
  const cluster = kubeconfig ? new KubeConfig() : undefined
  if (kubeconfig) cluster?.loadFromFile(kubeconfig)
  const left = new Set<string>()
  const run = Date.now().toString(36)
  let count = 0

  async function remove(id: string): Promise<void> {
    await field(url, 'mutation ($id: ID!) { deleteServer(id: $id) { __typename } }', { id }, token)
    await until(`${id} is gone`, async () => (await readServer(url, token, id)) === null, 60_000)
    left.delete(id)
  }
  // What was deployed on a Berth of our own ends with it.
  if (place.url) {
    ending.defer(async () => {
      for (const id of left) await remove(id)
    })
  }
  return {
    url,
    token,
    namespace: me.tenant.namespace,
    cluster,
    model: place.model,
    remove,
    say,
    async deploy(input = {}) {
      count += 1
      const name = `bench-${run}-${count}`
      const server = await deploy(url, token, { name, model: place.model, ...input })
      left.add(server.id)
      return server
    },
  }
}

function given({ password, kubeconfig }: Place, url: string) {
  if (!password) throw new Error('--url needs the password of admin: --password, or BERTH_ADMIN_PASSWORD.')
  return { url: url.replace(/\/+$/, ''), password, kubeconfig }
}

async function own(ending: AsyncDisposableStack, say: (line: string) => void) {
  const data = mkdtempSync(join(tmpdir(), 'berth-bench-'))
  ending.defer(() => rmSync(data, { recursive: true, force: true }))
  say(`Starting a Berth in ${data}.`)
  const starting = startBerth({ data, port: await freePorts() })
  // Also when we are ended while it starts.
  ending.defer(async () => {
    const berth = await starting.catch(() => undefined)
    await berth?.stop()
  })
  const started = await starting
  return { url: started.url, password: adminPassword, kubeconfig: started.kubeconfig }
}
