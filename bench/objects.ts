import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { Client } from 'minio'
import type { Result } from './report.ts'
import { median } from './statistics.ts'

const mebibyte = 2 ** 20
const run = promisify(execFile)
const block = randomBytes(mebibyte)

export interface ObjectsOptions {
  sizeBytes: number
  rounds: number
  say(line: string): void
}

/** What is done with an object or a plain file, and what it is compared with. */
const steps = [
  { name: 'disk: dd, fsync', of: 'disk: dd, fsync' },
  { name: 'put', of: 'disk: dd, fsync' },
  { name: 'put in parts of 16 MiB', of: 'disk: dd, fsync' },
  { name: 'disk: read', of: 'disk: read' },
  { name: 'get', of: 'disk: read' },
] as const
type Step = (typeof steps)[number]['name']

interface Sample {
  seconds: number
  /** Of the store's process, at its highest. */
  rssBytes: number
}

/** One large object through the local object store, beside a plain file on the same disk, step by step in each round. */
export async function measureObjects(
  { sizeBytes, rounds, say }: ObjectsOptions,
  ending: AsyncDisposableStack,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'))
  ending.defer(() => rmSync(folder, { recursive: true, force: true }))
  const { pid, port } = await startStore(join(folder, 'store'), ending)
  const client = new Client({
    endPoint: '127.0.0.1',
    port,
    useSSL: false,
    accessKey: 'bench',
    secretKey: 'bench-secret',
    partSize: 16 * mebibyte,
  })
  const plain = join(folder, 'plain')
  const blocks = Math.ceil(sizeBytes / mebibyte)
  const dd = (...args: string[]) => run('dd', ['bs=1048576', ...args])
  const body = () => Readable.from(Array(blocks).fill(block))
  const does: Record<Step, () => Promise<unknown>> = {
    'disk: dd, fsync': () => dd('if=/dev/zero', `of=${plain}`, `count=${blocks}`, 'conv=fsync'),
    put: async () => put(await client.presignedPutObject('bench', 'object'), body(), blocks * mebibyte),
    'put in parts of 16 MiB': () => client.putObject('bench', 'parts', body(), blocks * mebibyte),
    'disk: read': () => dd(`if=${plain}`, 'of=/dev/null'),
    get: async () => drain(await client.getObject('bench', 'object')),
  }
  const samples: Record<Step, Sample>[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const found: Partial<Record<Step, Sample>> = {}
    for (const { name } of steps) {
      found[name] = await sample(pid, does[name])
      say(`${round}/${rounds} ${name}: ${Math.round(sizeBytes / 1e6 / found[name].seconds)} MB/s`)
    }
    samples.push(found as Record<Step, Sample>)
    rmSync(plain)
    await client.removeObjects('bench', ['object', 'parts'])
  }
  const rows = steps.map(({ name, of }) => [
    name,
    sizeBytes / 1e6 / median(samples.map((one) => one[name].seconds)),
    median(samples.map((one) => one[of].seconds / one[name].seconds)),
    Math.max(...samples.map((one) => one[name].rssBytes)) / 1e6,
  ])
  return {
    name: 'objects',
    title: `objects: ${blocks} MiB in one object, ${rounds} rounds`,
    table: { columns: ['', 'MB/s', 'of the disk', 'store’s memory, MB'], rows },
    notes: [
      'Of the disk: the plain file’s time over this one’s, within the same round. What was just written is read from the',
      'page cache. The client runs on the same cores, and signs the hash of every part that it sends.',
    ],
    samples,
  }
}

/** Starts a local object store that knows the keys `bench` and `bench-secret` and has the bucket `bench`. */
export async function startStore(
  data: string,
  ending: AsyncDisposableStack,
): Promise<{ pid: number; port: number }> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../infra/local/objects/main.ts')], {
    env: { OBJECTS_DATA: data, OBJECTS_CREDENTIALS: 'bench:bench-secret', OBJECTS_BUCKETS: 'bench' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ending.defer(async () => {
    const ended = once(child, 'exit')
    if (child.kill('SIGTERM')) await ended
  })
  for await (const line of createInterface({ input: child.stdout })) {
    return { pid: child.pid ?? 0, port: (JSON.parse(line) as { listening: number }).listening }
  }
  throw new Error('The object store ended before it listened; its error stands above.')
}

async function sample(pid: number, work: () => Promise<unknown>): Promise<Sample> {
  let rssBytes = 0
  const look = async () => {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
    rssBytes = Math.max(rssBytes, Number(stdout) * 1024)
  }
  const timer = setInterval(() => void look(), 250)
  const startedAt = performance.now()
  try {
    await work()
    const seconds = (performance.now() - startedAt) / 1000
    await look()
    return { seconds, rssBytes }
  } finally {
    clearInterval(timer)
  }
}

async function put(url: string, body: Readable, length: number): Promise<void> {
  const sending = request(url, { method: 'PUT', headers: { 'content-length': length } })
  body.pipe(sending)
  const [response] = await once(sending, 'response')
  response.resume()
  if (response.statusCode !== 200) throw new Error(`The store answered the put with ${response.statusCode}.`)
}

async function drain(stream: Readable): Promise<void> {
  stream.resume()
  await once(stream, 'end')
}
