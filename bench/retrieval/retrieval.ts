import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { type LocalBerth, startTemporaryBerth } from '@berth/kit/launch'
import { registerModel } from '@berth/kit/models'
import { processesOf } from '@berth/kit/parts'
import { signIn } from '@berth/kit/people'
import type { Result } from '../report.ts'
import { median } from '../statistics.ts'
import { curl, expectTools } from './curl.ts'
import { forgetPeak, peakOf } from './memory.ts'
import { openSource, type Shape, type Source } from './source.ts'

export interface RetrievalOptions {
  sizeBytes: number
  rounds: number
  /** Of each connection to the limited source. */
  bytesPerSecond: number
  say(line: string): void
}

interface Sample {
  curlSeconds: number
  /** From `retrieveModel` to READY. */
  berthSeconds: number
  /** Of these, the step DOWNLOAD. */
  downloadSeconds: number
  /** Of the models service, at its highest. */
  rssBytes: number
}

/** One file, retrieved by Berth and by curl into sha256sum, from the same signed address and in turns. */
export async function measureRetrieval(
  { sizeBytes, rounds, bytesPerSecond, say }: RetrievalOptions,
  ending: AsyncDisposableStack,
): Promise<Result> {
  await expectTools()
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'))
  ending.defer(() => rmSync(folder, { recursive: true, force: true }))
  const source = await openSource(folder, sizeBytes, bytesPerSecond, ending)
  const starting = startTemporaryBerth({ env: source.env })
  // Also when we are ended while it starts.
  ending.defer(async () => {
    const started = await starting.catch(() => undefined)
    await started?.remove()
  })
  const berth = await starting
  const { token } = await signIn(berth.url, 'admin', berth.adminPassword)
  const samples = new Map(source.shapes.map((shape): [Shape, Sample[]] => [shape, []]))
  for (let round = 1; round <= rounds; round += 1) {
    for (const [shape, found] of samples) {
      const sample = await compare({ berth, token, source, shape, isCurlFirst: round % 2 === 1 })
      found.push(sample)
      const [by, his] = [sample.berthSeconds, sample.curlSeconds].map((seconds) => rate(sizeBytes, seconds))
      say(`${round}/${rounds} ${shape.title}: Berth ${by?.toFixed(0)} MB/s, curl ${his?.toFixed(0)} MB/s`)
    }
  }
  return resultOf(samples, sizeBytes, rounds)
}

const rate = (bytes: number, seconds: number) => bytes / 1e6 / seconds

interface Round {
  berth: LocalBerth
  token: string
  source: Source
  shape: Shape
  isCurlFirst: boolean
}

/** Who is first alternates, so that drift of the machine favours neither. */
async function compare(round: Round): Promise<Sample> {
  const { source, shape, isCurlFirst } = round
  const byCurl = async () => {
    const url = await source.sign(shape)
    const startedAt = performance.now()
    const sha256 = await curl(url)
    if (sha256 !== source.sha256) throw new Error(`curl got another file: ${sha256}.`)
    return { curlSeconds: (performance.now() - startedAt) / 1_000 }
  }
  const first = isCurlFirst ? await byCurl() : undefined
  const byBerth = await retrieve(round)
  return { ...byBerth, ...(first ?? (await byCurl())) }
}

async function retrieve({ berth, token, source, shape }: Round): Promise<Omit<Sample, 'curlSeconds'>> {
  const models = processesOf(berth, 'models')[0]?.pid ?? 0
  const name = `bench-${shape.name}`
  const { id, model } = await registerModel(berth.url, token, { name, source: { uri: source.uriOf(shape) } })
  forgetPeak(models)
  const startedAt = performance.now()
  await field(
    berth.url,
    'mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename } }',
    { id },
    token,
  )
  const version = await until(`${name} is retrieved`, () => settled(berth, token, model.id), 3_600_000)
  const berthSeconds = (performance.now() - startedAt) / 1_000
  const rssBytes = peakOf(models)
  if (version.file?.sha256 !== source.sha256) {
    throw new Error(`Berth did not get the file: ${JSON.stringify(version)}.`)
  }
  const remove = 'mutation ($id: ID!) { deleteModelVersion(id: $id) { __typename } }'
  await field(berth.url, remove, { id }, token)
  const download = version.retrieval?.steps.find((step) => step.name === 'DOWNLOAD')
  const downloadSeconds =
    (Date.parse(download?.finishedAt ?? '') - Date.parse(download?.startedAt ?? '')) / 1_000
  return { berthSeconds, downloadSeconds, rssBytes }
}

interface Version {
  status: string
  file: { sha256: string } | null
  retrieval: { error: string | null; steps: { name: string; startedAt: string; finishedAt: string }[] } | null
}

/** The model's one version, when its retrieval has ended. */
async function settled(berth: LocalBerth, token: string, id: string): Promise<Version | undefined> {
  const query = `query ($id: ID!) { model(id: $id) { versions {
    status file { sha256 } retrieval { error steps { name startedAt finishedAt } } } } }`
  const { versions } = await field<{ versions: Version[] }>(berth.url, query, { id }, token)
  return versions.find(({ status }) => status === 'READY' || status === 'FAILED')
}

function resultOf(samples: ReadonlyMap<Shape, Sample[]>, sizeBytes: number, rounds: number): Result {
  const rows = [...samples].map(([shape, found]) => [
    shape.title,
    median(found.map(({ curlSeconds }) => rate(sizeBytes, curlSeconds))),
    median(found.map(({ berthSeconds }) => rate(sizeBytes, berthSeconds))),
    median(found.map(({ curlSeconds, berthSeconds }) => curlSeconds / berthSeconds)),
    median(found.map(({ downloadSeconds }) => rate(sizeBytes, downloadSeconds))),
    Math.max(...found.map(({ rssBytes }) => rssBytes)) / 1e6,
  ])
  const columns = ['source', 'curl, MB/s', 'Berth, MB/s', 'Berth / curl', 'DOWNLOAD, MB/s', 'memory, MB']
  return {
    name: 'retrieval',
    title: `retrieval: ${sizeBytes / 2 ** 20} MiB, ${rounds} rounds`,
    table: { columns, rows },
    notes: [
      'curl is `curl | sha256sum`, which keeps nothing; Berth is all from retrieveModel to READY, with the file durable in',
      'its store. Ratios are taken within the round. Memory is resident, of the models service, at its highest.',
    ],
    samples: [...samples].map(([{ title }, found]) => ({ title, found })),
  }
}
