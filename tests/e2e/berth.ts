import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adminPassword, freePorts, startBerth } from '@berth/kit/launch'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The gateway's address; the tests know nothing else of what is behind it. */
    berth: string
    adminPassword: string
    kubeconfig: string
    /** Its data folder, for tests that look behind the gateway; empty when that is elsewhere. */
    data: string
    /** Places on this machine that it has credentials for; null when it is elsewhere, and has others. */
    places: Places | null
    /** A name for a tenant that may store 5 MiB in all, in files of 4 MiB; empty when it is elsewhere. */
    cramped: string
  }
}

const cramped = 'cramped'

/** Nothing listens there until a test does. */
interface Places {
  hubPort: number
  hubToken: string
  /** Of an origin whose sources are asked with the header `x-key`. */
  keyedPort: number
  key: string
}

/** One Berth for the whole run: a fresh one, or that of `BERTH_URL` with `BERTH_ADMIN_PASSWORD`, `KUBECONFIG` and `BERTH_DATA`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { BERTH_URL, BERTH_DATA = '', BERTH_ADMIN_PASSWORD = adminPassword, KUBECONFIG = '' } = process.env
  if (BERTH_URL) {
    project.provide('berth', BERTH_URL)
    project.provide('adminPassword', BERTH_ADMIN_PASSWORD)
    project.provide('kubeconfig', KUBECONFIG)
    project.provide('data', BERTH_DATA)
    project.provide('places', null)
    project.provide('cramped', '')
    return async () => undefined
  }
  const data = mkdtempSync(join(tmpdir(), 'berth-e2e-'))
  const port = await freePorts(11)
  const places = {
    hubPort: port + 9,
    hubToken: 'hf_a-token-that-nobody-may-see',
    keyedPort: port + 10,
    key: 'a-key-that-nobody-may-see',
  }
  const started = await startBerth({
    data,
    port,
    env: {
      REGISTRATIONS_PER_HOUR: '1000',
      BERTH_SOURCE_ALLOW: '127.0.0.1',
      HUB_URL: `http://127.0.0.1:${places.hubPort}`,
      HUB_TOKEN: places.hubToken,
      SOURCE_HEADERS: JSON.stringify([
        { origin: `http://127.0.0.1:${places.keyedPort}`, headers: { 'x-key': places.key } },
      ]),
      STORAGE_LIMITS: JSON.stringify({ tenants: { [cramped]: { storage: '5Mi', file: '4Mi' } } }),
    },
  })
  project.provide('berth', started.url)
  project.provide('adminPassword', adminPassword)
  project.provide('kubeconfig', started.kubeconfig)
  project.provide('data', data)
  project.provide('places', places)
  project.provide('cramped', cramped)
  return async () => {
    const code = await started.stop()
    if (code !== 0) throw new Error(`Berth ended with ${code}:\n${started.output()}`)
    // What a pod leaves behind is ended a moment after Berth itself, and may write until then.
    rmSync(data, { recursive: true, force: true, maxRetries: 10 })
  }
}
