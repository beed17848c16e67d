import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { until } from '@berth/kit/condition'
import { demoModel } from '@berth/kit/demo-model'
import { field } from '@berth/kit/graph'
import { type Hub, startHub } from '@berth/kit/hub'
import { listen } from '@berth/kit/listen'
import { registerModel } from '@berth/kit/models'
import { newPerson, type Person } from '@berth/kit/people'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { queryOf } from '../fixtures/database.ts'
import { file } from '../fixtures/source.ts'

const berth = inject('berth')
const data = inject('data')
const places = inject('places')
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

interface Version {
  status: string
  source: { uri: string; sizeBytes: number | null }
  file: { sha256: string } | null
  retrieval: { error: string | null; steps: { name: string; status: string }[] } | null
}

const versionQuery = `query ($id: ID!) { modelVersion(id: $id) {
  status source { uri sizeBytes } file { sha256 } retrieval { error steps { name status } } } }`

describe.runIf(places)('a model hub, and hosts that ask for a header', () => {
  const { hubPort = 0, hubToken = '', keyedPort = 0, key = '' } = places ?? {}
  const model = demoModel(5_000_000, 'hub')
  let hub: Hub
  let ann: Person

  const keyed = createServer((request, response) => {
    if (request.headers['x-key'] === key) file(model)(request, response)
    else response.writeHead(401).end()
  })

  beforeAll(async () => {
    hub = await startHub({ token: hubToken, port: hubPort })
    await listen(keyed, keyedPort)
    ann = await newPerson(berth)
  })
  afterAll(async () => {
    await hub?.close()
    keyed.close()
    keyed.closeAllConnections()
  })

  const versionOf = (id: string) => field<Version>(berth, versionQuery, { id }, ann.token)

  /** Registers a source, retrieves it, and waits for the end of that; no answer holds a secret. */
  async function retrieved(name: string, uri: string, sha256?: string): Promise<Version> {
    const { id } = await registerModel(berth, ann.token, { name, source: { uri, sha256 } })
    hub.requests.length = 0
    await field(
      berth,
      'mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename } }',
      { id },
      ann.token,
    )
    return until(
      `the retrieval of ${name} has ended`,
      async () => {
        const version = await versionOf(id)
        expect(JSON.stringify(version)).not.toMatch(/nobody-may-see|Signature/)
        return ['READY', 'FAILED'].includes(version.status) && version
      },
      150_000,
    )
  }

  const failedStep = ({ retrieval }: Version) =>
    retrieval?.steps.find(({ status }) => status === 'FAILED')?.name

  test('a file of a gated repository is retrieved from the content network, and the token stays at the hub', async () => {
    hub.push('acme/story-GGUF', 'q8/story.gguf', model, { gated: 'for the token' })
    const uri = 'hf://acme/story-GGUF/q8/story.gguf'
    const version = await retrieved('hub-gated', uri, digest(model))
    expect(version).toMatchObject({
      status: 'READY',
      source: { uri, sizeBytes: model.length },
      file: { sha256: digest(model) },
      retrieval: { error: null },
    })
    const shown = new Set(hub.requests.map(({ to, authorization }) => `${to} ${authorization}`))
    expect([...shown].toSorted()).toEqual([`hub Bearer ${hubToken}`, 'network undefined'])
  })

  test('another digest than the registered one fails before a byte is downloaded', async () => {
    const version = await retrieved('hub-other', 'hf://acme/story-GGUF/q8/story.gguf', 'ab'.repeat(32))
    expect(version.retrieval?.error).toMatch(
      /announces the SHA-256 .* not abab.* as registered; nothing was downloaded/,
    )
    expect(failedStep(version)).toBe('RESOLVE')
    expect(hub.requests.filter(({ to }) => to === 'network')).toEqual([])
  })

  test('a file that is not what its hub announces is thrown away', async () => {
    hub.push('acme/lies', 'story.gguf', model, { sha256: 'cd'.repeat(32) })
    const version = await retrieved('hub-lies', `${hub.url}/acme/lies/blob/main/story.gguf`)
    expect(version.retrieval?.error).toMatch(/is [\da-f]{64}, not cdcd.* as its hub announces/)
    expect(failedStep(version)).toBe('VERIFY')
  })

  test.each([
    [
      'hub-closed',
      'acme/closed',
      /acme\/closed is gated.*platform engineer sets HUB_TOKEN.*present one may not/,
    ],
    ['hub-missing', 'acme/missing', /shows no repository acme\/missing \(status 404\)/],
    ['hub-revision', 'acme/story-GGUF@v2', /has no revision v2 of acme\/story-GGUF/],
  ])('%s fails with what to do about it', async (name, repository, why) => {
    hub.push('acme/closed', 'story.gguf', model, { gated: 'for others' })
    const version = await retrieved(name, `hf://${repository}/story.gguf`)
    expect(version.retrieval?.error).toMatch(why)
    expect(failedStep(version)).toBe('RESOLVE')
  })

  test('a host that asks for a header gets the one that is configured for it', async () => {
    const version = await retrieved('keyed', `http://127.0.0.1:${keyedPort}/story.gguf`)
    expect(version).toMatchObject({ status: 'READY', file: { sha256: digest(model) } })
  })

  test('no log and no row of a workflow holds a token or a header', async () => {
    const logs = join(data, 'logs')
    for (const log of readdirSync(logs)) {
      expect(readFileSync(join(logs, log), 'utf8'), log).not.toMatch(/nobody-may-see|Signature=/)
    }
    const rows = await queryOf<{ output: string }>(
      { berth, data, service: 'models' },
      `SELECT output FROM dbos.operation_outputs WHERE output LIKE '%story%'`,
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain('nobody-may-see')
  })
})
