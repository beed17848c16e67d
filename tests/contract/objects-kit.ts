/**
 * What Berth needs of an S3-compatible store, asked through the client that Berth uses. By default the stand-in
 * of `infra/local/objects` is started for each file; with OBJECTS_ENDPOINT (a URL), OBJECTS_ACCESS_KEY and
 * OBJECTS_SECRET_KEY the same cases run against a real store. Only buckets made here are touched, and removed.
 *
 * A file that imports this gets a store and a bucket before its first case: `client`, `url` and `standIn` are set then.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { Client } from 'minio'
import { afterAll, beforeAll, expect } from 'vitest'

export const MIB = 1024 ** 2
const MAIN = join(import.meta.dirname, '../../infra/local/objects/main.ts')
export const real = process.env.OBJECTS_ENDPOINT
export const accessKey = process.env.OBJECTS_ACCESS_KEY ?? 'suite'
export const secretKey = process.env.OBJECTS_SECRET_KEY ?? 'suite-secret'
export const bucket = `berth-contract-${randomBytes(6).toString('hex')}`

export interface StandIn {
  process: ChildProcess
  url: string
  data: string
}

const children = new Set<ChildProcess>()
export let standIn: StandIn | undefined
export let url = real ?? ''
export let client: Client

export async function startStandIn(data: string): Promise<StandIn> {
  const child = spawn(process.execPath, [MAIN], {
    env: { OBJECTS_DATA: data, OBJECTS_CREDENTIALS: `${accessKey}:${secretKey}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening } = JSON.parse(line) as { listening: number }
    return { process: child, url: `http://127.0.0.1:${listening}`, data }
  }
  throw new Error('The object store ended before it listened; its error stands above.')
}

export async function end(one: StandIn, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(one.process, 'exit')
  one.process.kill(signal)
  return (await exit)[0]
}

export function connect(
  to: string,
  keys: { accessKey: string; secretKey: string } = { accessKey, secretKey },
): Client {
  const { hostname, port, protocol } = new URL(to)
  return new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: protocol === 'https:',
    partSize: 5 * MIB,
    ...keys,
  })
}

export const put = (key: string, body: string | Buffer, headers = {}) =>
  client.putObject(bucket, key, body, Buffer.byteLength(body), headers)
export const get = async (key: string) => text(await client.getObject(bucket, key))
export const code = (expected: string) => expect.objectContaining({ code: expected })
export const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')
export const md5 = (bytes: string | Buffer) => createHash('md5').update(bytes).digest('hex')

export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

export async function list(stream: AsyncIterable<{ name?: string; prefix?: string }>): Promise<string[]> {
  return (await collect(stream)).map(({ name, prefix }) => name ?? prefix ?? '')
}

export async function empty(name: string): Promise<void> {
  await client.removeObjects(name, await list(client.listObjectsV2(name, '', true)))
}

beforeAll(async () => {
  if (!real) {
    standIn = await startStandIn(await mkdtemp(join(tmpdir(), 'berth-objects-')))
    url = standIn.url
  }
  client = connect(url)
  await client.makeBucket(bucket)
})

/** A case that failed may have left one behind. */
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

afterAll(async () => {
  await empty(bucket)
  await client.removeBucket(bucket)
  if (!standIn) return
  expect(await end(standIn, 'SIGTERM')).toBe(0)
  await rm(standIn.data, { recursive: true })
})
