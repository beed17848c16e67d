/**
 * What Berth needs of an S3-compatible store, asked through the client that Berth uses. By default the stand-in
 * of `infra/local/objects` is started for the suite; with OBJECTS_ENDPOINT (a URL), OBJECTS_ACCESS_KEY and
 * OBJECTS_SECRET_KEY the same cases run against a real store. Only buckets made here are touched, and removed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { Client, CopyConditions, CopyDestinationOptions, CopySourceOptions } from 'minio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MIB = 1024 ** 2
const MAIN = join(import.meta.dirname, '../../infra/local/objects/main.ts')
const real = process.env.OBJECTS_ENDPOINT
const accessKey = process.env.OBJECTS_ACCESS_KEY ?? 'suite'
const secretKey = process.env.OBJECTS_SECRET_KEY ?? 'suite-secret'
const bucket = `berth-contract-${randomBytes(6).toString('hex')}`

type StandIn = { process: ChildProcess; url: string; data: string }

const children = new Set<ChildProcess>()
let standIn: StandIn | undefined
let url = real ?? ''
let client: Client

async function startStandIn(data: string): Promise<StandIn> {
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

async function end(one: StandIn, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(one.process, 'exit')
  one.process.kill(signal)
  return (await exit)[0]
}

function connect(
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

const put = (key: string, body: string | Buffer, headers = {}) =>
  client.putObject(bucket, key, body, Buffer.byteLength(body), headers)
const get = async (key: string) => text(await client.getObject(bucket, key))
const code = (expected: string) => expect.objectContaining({ code: expected })
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')
const md5 = (bytes: string | Buffer) => createHash('md5').update(bytes).digest('hex')

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

async function list(stream: AsyncIterable<{ name?: string; prefix?: string }>): Promise<string[]> {
  return (await collect(stream)).map(({ name, prefix }) => name ?? prefix ?? '')
}

async function empty(name: string): Promise<void> {
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

describe('buckets', () => {
  it('are made, found, listed and removed, and not while they hold an object', async () => {
    const other = `${bucket}-other`
    expect(await client.bucketExists(other)).toBe(false)
    await client.makeBucket(other)
    await expect(client.makeBucket(other)).rejects.toEqual(code('BucketAlreadyOwnedByYou'))
    expect((await client.listBuckets()).map(({ name }) => name)).toEqual(
      expect.arrayContaining([bucket, other]),
    )
    await client.putObject(other, 'k', 'v')
    await expect(client.removeBucket(other)).rejects.toEqual(code('BucketNotEmpty'))
    await client.removeObject(other, 'k')
    await client.removeBucket(other)
    expect(await client.bucketExists(other)).toBe(false)
    await expect(client.putObject(other, 'k', 'v')).rejects.toEqual(code('NoSuchBucket'))
  })
})

describe('objects', () => {
  it('come back with their bytes, ETag, type and metadata', async () => {
    const headers = { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache', 'X-Amz-Meta-Owner': 'a  b' }
    const { etag } = await put('plain', 'hello', headers)
    expect(etag).toBe(md5('hello'))
    const stat = await client.statObject(bucket, 'plain')
    expect(stat).toMatchObject({ size: 5, etag })
    expect(stat.metaData).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      owner: 'a  b',
    })
    expect(Math.abs(Date.now() - stat.lastModified.getTime())).toBeLessThan(60_000)
    expect(await get('plain')).toBe('hello')
  })

  it('may be empty, replaced and removed, more than once', async () => {
    await put('short-lived', '')
    expect(await client.statObject(bucket, 'short-lived')).toMatchObject({ size: 0, etag: md5('') })
    expect(await get('short-lived')).toBe('')
    await put('short-lived', 'now longer')
    expect(await get('short-lived')).toBe('now longer')
    await client.removeObject(bucket, 'short-lived')
    await client.removeObject(bucket, 'short-lived')
    await expect(client.getObject(bucket, 'short-lived')).rejects.toEqual(code('NoSuchKey'))
    await expect(client.statObject(bucket, 'short-lived')).rejects.toEqual(code('NotFound'))
  })

  it.each([
    'a b+c%20d&e=f?g#h',
    'über/数据/\u{1f600}',
    'quotes\'"(*)!~;:@,$[]{}|^`',
    `${'0123456789abcdef/'.repeat(60)}${'ü'.repeat(2)}`.padEnd(1022, 'x'),
  ])('may have the key %.40s', async (key) => {
    await put(key, key)
    expect(await get(key)).toBe(key)
    expect(await list(client.listObjectsV2(bucket, key, true))).toEqual([key])
    const response = await fetch(await client.presignedGetObject(bucket, key))
    expect(await response.text()).toBe(key)
    await client.removeObjects(bucket, [key])
    await expect(client.statObject(bucket, key)).rejects.toEqual(code('NotFound'))
  })

  // Some real stores refuse these, which is as safe.
  it.skipIf(real).each(['../../../etc/passwd', 'a/../b', './.', '/', '//', 'nul\0\r\n\u0001', '\\', 'con'])(
    'take %j as a name and not as a path',
    async (key) => {
      await put(key, key)
      expect(await get(key)).toBe(key)
      expect(await list(client.listObjectsV2(bucket, key, true))).toEqual([key])
      expect(await list(client.listObjects(bucket, key, true))).toEqual([key])
      await client.removeObject(bucket, key)
    },
  )

  it('refuse a key beyond 1,024 bytes', async () => {
    await expect(put('é'.repeat(513), 'v')).rejects.toThrow()
  })

  it('give any range of their bytes', async () => {
    const body = randomBytes(300_000)
    await put('ranged', body)
    const part = async (offset: number, length?: number) =>
      buffer(await client.getPartialObject(bucket, 'ranged', offset, length))
    expect(await part(100_000, 1000)).toEqual(body.subarray(100_000, 101_000))
    expect(await part(299_990)).toEqual(body.subarray(299_990))
    await expect(part(300_000)).rejects.toEqual(code('InvalidRange'))
    const tail = await fetch(await client.presignedGetObject(bucket, 'ranged'), {
      headers: { range: 'bytes=-10' },
    })
    expect([tail.status, tail.headers.get('content-range')]).toEqual([206, 'bytes 299990-299999/300000'])
    expect(Buffer.from(await tail.arrayBuffer())).toEqual(body.subarray(-10))
  })

  it('answer conditional reads', async () => {
    const { etag } = await put('conditional', 'v')
    const { lastModified } = await client.statObject(bucket, 'conditional')
    const address = await client.presignedGetObject(bucket, 'conditional')
    const status = async (headers: Record<string, string>) => {
      const response = await fetch(address, { headers })
      await response.arrayBuffer()
      return response.status
    }
    const earlier = new Date(lastModified.getTime() - 60_000).toUTCString()
    expect(await status({ 'if-match': `"${etag}"` })).toBe(200)
    expect(await status({ 'if-match': '"other"' })).toBe(412)
    expect(await status({ 'if-none-match': `"${etag}"` })).toBe(304)
    expect(await status({ 'if-none-match': '"other"' })).toBe(200)
    expect(await status({ 'if-modified-since': lastModified.toUTCString() })).toBe(304)
    expect(await status({ 'if-modified-since': earlier })).toBe(200)
    expect(await status({ 'if-unmodified-since': earlier })).toBe(412)
  })

  it('answer conditional writes, of which only one of many at once wins', async () => {
    const writes = Array.from({ length: 8 }, (_, index) =>
      put('once', `writer ${index}`, { 'If-None-Match': '*' }),
    )
    const outcomes = await Promise.allSettled(writes)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(
      outcomes.filter(({ status }) => status === 'rejected').map((one) => 'reason' in one && one.reason),
    ).toEqual(Array(7).fill(code('PreconditionFailed')))
    const { etag } = await client.statObject(bucket, 'once')
    await expect(put('once', 'v', { 'If-Match': '"other"' })).rejects.toEqual(code('PreconditionFailed'))
    await put('once', 'replaced', { 'If-Match': `"${etag}"` })
    expect(await get('once')).toBe('replaced')
  })

  it('are copied, with their metadata or new, if the source is what the caller thinks', async () => {
    const { etag } = await put('source ü/1', 'copied', {
      'Content-Type': 'text/x-source',
      'X-Amz-Meta-Kind': 'old',
    })
    const conditions = new CopyConditions()
    conditions.setMatchETag(etag)
    await client.copyObject(bucket, 'copy', `/${bucket}/source ü/1`, conditions)
    expect(await client.statObject(bucket, 'copy')).toMatchObject({ etag, metaData: { kind: 'old' } })
    const from = new CopySourceOptions({ Bucket: bucket, Object: 'source ü/1' })
    const UserMetadata = { kind: 'new' }
    const to = { Bucket: bucket, Object: 'copy', UserMetadata, MetadataDirective: 'REPLACE' as const }
    await client.copyObject(from, new CopyDestinationOptions(to))
    expect((await client.statObject(bucket, 'copy')).metaData).toMatchObject({ kind: 'new' })
    await client.removeObject(bucket, 'source ü/1')
    expect(await get('copy')).toBe('copied')
    conditions.setMatchETag('other')
    const refused = client.copyObject(bucket, 'copy', `/${bucket}/plain`, conditions)
    await expect(refused).rejects.toEqual(code('PreconditionFailed'))
  })
})

describe('listings', () => {
  it('page, roll up at the delimiter, and start after a key', async () => {
    const keys = Array.from(
      { length: 25 },
      (_, index) => `list/${index % 5}/${String(index).padStart(2, '0')}`,
    ).sort()
    await Promise.all(['list/top', ...keys].map((key) => put(key, '')))
    const groups = ['0', '1', '2', '3', '4'].map((name) => `list/${name}/`)
    for (const listing of [client.listObjects(bucket, 'list/'), client.listObjectsV2(bucket, 'list/')]) {
      expect((await list(listing)).sort()).toEqual([...groups, 'list/top'])
    }
    expect(await list(client.listObjectsV2(bucket, 'list/', true))).toEqual([...keys, 'list/top'])
    expect(await list(client.listObjectsV2(bucket, 'list/', true, 'list/4/14'))).toEqual([
      ...keys.slice(23),
      'list/top',
    ])
    for (const delimiter of ['', '/']) {
      const found: string[] = []
      let token = ''
      do {
        const page = await client.listObjectsV2Query(bucket, 'list/', token, delimiter, 2, '')
        expect(page.objects.length).toBeLessThanOrEqual(2)
        found.push(...page.objects.map((one) => ('prefix' in one ? one.prefix : one.name) ?? ''))
        token = page.isTruncated ? page.nextContinuationToken : ''
      } while (token)
      expect(found.sort()).toEqual([...(delimiter ? groups : keys), 'list/top'])
    }
  })

  it('lose many keys at once', async () => {
    const keys = await list(client.listObjectsV2(bucket, 'list/', true))
    expect(await client.removeObjects(bucket, [...keys, 'list/never-there'])).toEqual([])
    expect(await list(client.listObjectsV2(bucket, 'list/', true))).toEqual([])
  })
})

describe('multipart uploads', () => {
  const part = async (key: string, uploadId: string, number: number, body: Buffer) => {
    const query = `partNumber=${number}&uploadId=${uploadId}`
    await client.makeRequestAsyncOmit({ method: 'PUT', bucketName: bucket, objectName: key, query }, body)
    return { part: number, etag: md5(body) }
  }

  it('take a stream of unknown size and a file', async () => {
    const body = randomBytes(12 * MIB + 17)
    const { etag } = await client.putObject(
      bucket,
      'streamed',
      Readable.from([body.subarray(0, 99), body.subarray(99)]),
    )
    expect(etag).toMatch(/^[0-9a-f]{32}-\d$/)
    expect(await client.statObject(bucket, 'streamed')).toMatchObject({ size: body.length, etag })
    expect(sha256(await buffer(await client.getObject(bucket, 'streamed')))).toBe(sha256(body))
    const across = await client.getPartialObject(bucket, 'streamed', 5 * MIB - 3, 5 * MIB + 6)
    expect(await buffer(across)).toEqual(body.subarray(5 * MIB - 3, 10 * MIB + 3))
    const folder = await mkdtemp(join(tmpdir(), 'berth-upload-'))
    await writeFile(join(folder, 'file.txt'), body)
    await client.fPutObject(bucket, 'from-file', join(folder, 'file.txt'), { kind: 'file' })
    await rm(folder, { recursive: true })
    const stat = await client.statObject(bucket, 'from-file')
    expect(stat).toMatchObject({
      size: body.length,
      metaData: { kind: 'file', 'content-type': 'text/plain' },
    })
  })

  it('use the last body sent as a part, list, and are complete at once', async () => {
    const [first, second, last] = [randomBytes(5 * MIB), randomBytes(5 * MIB), Buffer.from('end')]
    const id = await client.initiateNewMultipartUpload(bucket, 'parts', { 'X-Amz-Meta-Kind': 'parts' })
    await part('parts', id, 1, second)
    const parts = [await part('parts', id, 1, first), await part('parts', id, 7, last)]
    expect(await client.findUploadId(bucket, 'parts')).toBe(id)
    const incomplete = await collect(client.listIncompleteUploads(bucket, 'par', true))
    expect(incomplete).toMatchObject([{ key: 'parts', uploadId: id, size: 5 * MIB + 3 }])
    await expect(client.statObject(bucket, 'parts')).rejects.toEqual(code('NotFound'))
    const { etag } = await client.completeMultipartUpload(bucket, 'parts', id, parts)
    const digests = Buffer.concat([first, last].map((body) => createHash('md5').update(body).digest()))
    expect(etag).toBe(`${md5(digests)}-2`)
    expect((await client.statObject(bucket, 'parts')).metaData).toMatchObject({ kind: 'parts' })
    expect(await buffer(await client.getObject(bucket, 'parts'))).toEqual(Buffer.concat([first, last]))
    await expect(client.abortMultipartUpload(bucket, 'parts', id)).rejects.toEqual(code('NoSuchUpload'))
  })

  it('refuse a small part, a wrong ETag, a wrong order, and go when aborted', async () => {
    const id = await client.initiateNewMultipartUpload(bucket, 'refused', {})
    const [one, two] = [
      await part('refused', id, 1, Buffer.from('small')),
      await part('refused', id, 2, Buffer.from('2')),
    ]
    const complete = (parts: { part: number; etag: string }[]) =>
      client.completeMultipartUpload(bucket, 'refused', id, parts)
    await expect(complete([one, two])).rejects.toEqual(code('EntityTooSmall'))
    await expect(complete([{ ...one, etag: two.etag }])).rejects.toEqual(code('InvalidPart'))
    await expect(complete([two, one])).rejects.toEqual(code('InvalidPartOrder'))
    await client.abortMultipartUpload(bucket, 'refused', id)
    await expect(complete([one])).rejects.toEqual(code('NoSuchUpload'))
    expect(await client.findUploadId(bucket, 'refused')).toBeUndefined()
  })

  it('take a part from another object', async () => {
    const body = randomBytes(6 * MIB)
    await put('part-source', body)
    const id = await client.initiateNewMultipartUpload(bucket, 'composed', {})
    const headers = {
      'x-amz-copy-source': `${bucket}/part-source`,
      'x-amz-copy-source-range': `bytes=1-${5 * MIB}`,
    }
    const query = `partNumber=1&uploadId=${id}`
    await client.makeRequestAsyncOmit({
      method: 'PUT',
      bucketName: bucket,
      objectName: 'composed',
      query,
      headers,
    })
    const copied = body.subarray(1, 5 * MIB + 1)
    await client.completeMultipartUpload(bucket, 'composed', id, [{ part: 1, etag: md5(copied) }])
    expect(await buffer(await client.getObject(bucket, 'composed'))).toEqual(copied)
  })
})

describe('signatures', () => {
  const refusal = async (response: Response) => [
    response.status,
    (await response.text()).match(/<Code>(\w+)/)?.[1],
  ]

  it('are asked of everyone, and from keys that the store knows', async () => {
    expect(await refusal(await fetch(`${url}/${bucket}/plain`))).toEqual([403, 'AccessDenied'])
    const wrong = connect(url, { accessKey, secretKey: 'not the secret' })
    await expect(wrong.getObject(bucket, 'plain')).rejects.toEqual(code('SignatureDoesNotMatch'))
    await expect(wrong.putObject(bucket, 'plain', 'forged')).rejects.toEqual(code('SignatureDoesNotMatch'))
    const stranger = connect(url, { accessKey: 'stranger', secretKey })
    await expect(stranger.getObject(bucket, 'plain')).rejects.toEqual(code('InvalidAccessKeyId'))
    expect(await get('plain')).toBe('hello')
  })

  it('in a URL carry a read or a write, and what the answer says of itself', async () => {
    const write = await client.presignedPutObject(bucket, 'presigned', 60)
    expect((await fetch(write, { method: 'PUT', body: 'by url' })).status).toBe(200)
    const read = await client.presignedGetObject(bucket, 'presigned', 60, {
      'response-content-disposition': 'attachment; filename="a.gguf"',
      'response-content-type': 'application/x-gguf',
    })
    const response = await fetch(read)
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a.gguf"')
    expect(response.headers.get('content-type')).toBe('application/x-gguf')
    expect(await response.text()).toBe('by url')
  })

  it('in a URL end with its time and hold for nothing else', async () => {
    const past = new Date(Date.now() - 120_000)
    const expired = await client.presignedGetObject(bucket, 'plain', 60, {}, past)
    expect(await refusal(await fetch(expired))).toEqual([403, 'AccessDenied'])
    const good = await client.presignedGetObject(bucket, 'plain', 60)
    for (const bad of [
      good.replace('/plain?', '/presigned?'),
      good.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'),
      good.replace(/Signature=.{8}/, 'Signature=00000000'),
      `${good}&response-content-type=text%2Fhtml`,
    ]) {
      expect(await refusal(await fetch(bad))).toEqual([403, 'SignatureDoesNotMatch'])
    }
    expect(await refusal(await fetch(good, { method: 'PUT', body: 'x' }))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ])
    const copying = { method: 'PUT', headers: { 'x-amz-copy-source': `/${bucket}/presigned` } }
    const write = await client.presignedPutObject(bucket, 'plain', 60)
    expect((await refusal(await fetch(write, copying)))[0]).toBe(403)
    const tooLong = await fetch(good.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'))
    expect(await refusal(tooLong)).toEqual([400, 'AuthorizationQueryParametersError'])
    expect(await get('plain')).toBe('hello')
  })

  it('cover the body, which is refused when it is another', async () => {
    const send = (hash: string, headers: Record<string, string> = {}) => {
      const options = {
        method: 'PUT',
        bucketName: bucket,
        objectName: 'hashed',
        headers: { 'content-length': 4, ...headers },
      }
      return client.makeRequestStreamAsync(options, Buffer.from('body'), hash, [200], '')
    }
    await expect(send(sha256('else'))).rejects.toEqual(code('XAmzContentSHA256Mismatch'))
    const contentMd5 = createHash('md5').update('else').digest('base64')
    await expect(send(sha256('body'), { 'content-md5': contentMd5 })).rejects.toEqual(code('BadDigest'))
    await expect(client.statObject(bucket, 'hashed')).rejects.toEqual(code('NotFound'))
  })

  it('cover each chunk of a streamed body', async () => {
    const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
    const send = async (tamper: (body: string) => string) => {
      const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
      const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`
      const headers = {
        host: new URL(url).host,
        'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        'x-amz-date': date,
        'x-amz-decoded-content-length': '10',
      }
      const names = Object.keys(headers).join(';')
      const lines = Object.entries(headers).map((pair) => pair.join(':'))
      const path = `/${bucket}/chunked`
      const canonical = ['PUT', path, '', ...lines, '', names, headers['x-amz-content-sha256']].join('\n')
      const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretKey}`)
      const sign = (...parts: string[]) => hmac(key, parts.join('\n')).toString('hex')
      let previous = sign('AWS4-HMAC-SHA256', date, scope, sha256(canonical))
      const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope},SignedHeaders=${names},Signature=${previous}`
      const body = ['hello', 'world', '']
        .map((data) => {
          previous = sign('AWS4-HMAC-SHA256-PAYLOAD', date, scope, previous, sha256(''), sha256(data))
          return `${data.length.toString(16)};chunk-signature=${previous}\r\n${data}\r\n`
        })
        .join('')
      return fetch(`${url}${path}`, {
        method: 'PUT',
        headers: { ...headers, authorization },
        body: tamper(body),
      })
    }
    expect(await refusal(await send((body) => body.replace('world', 'w0rld')))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ])
    await expect(client.statObject(bucket, 'chunked')).rejects.toEqual(code('NotFound'))
    expect((await send((body) => body)).status).toBe(200)
    expect(await get('chunked')).toBe('helloworld')
  })
})

describe.skipIf(real)('the stand-in', () => {
  const files = async (data: string) =>
    (await readdir(join(data, 'blobs'), { recursive: true })).filter((name) => /[0-9a-f]{32}$/.test(name))

  /** A PUT that promises more than it sends. */
  async function hangingPut(one: StandIn, key: string) {
    const before = (await files(one.data)).length
    const address = await connect(one.url).presignedPutObject(bucket, key)
    const sending = request(address, { method: 'PUT', headers: { 'content-length': 8 * MIB } })
    const closed = new Promise<void>((resolve) => sending.on('close', resolve))
    sending.on('error', () => {})
    sending.write(randomBytes(3 * MIB))
    await expect.poll(() => files(one.data)).toHaveLength(before + 1)
    return { before, closed, leave: () => sending.destroy() }
  }

  it('keeps nothing of a client that leaves while it sends', async () => {
    if (!standIn) return
    const { data } = standIn
    await put('left', 'whole')
    const { before, leave } = await hangingPut(standIn, 'left')
    leave()
    await expect.poll(() => files(data)).toHaveLength(before)
    expect(await get('left')).toBe('whole')
  })

  it('keeps what it acknowledged through kill -9, and sweeps what it did not', async () => {
    const data = await mkdtemp(join(tmpdir(), 'berth-objects-'))
    const first = await startStandIn(data)
    const body = randomBytes(6 * MIB)
    const before = connect(first.url)
    await before.makeBucket(bucket)
    await before.putObject(bucket, 'kept', body, body.length)
    await before.putObject(bucket, 'twice', 'old')
    const id = await before.initiateNewMultipartUpload(bucket, 'open', {})
    const open = {
      method: 'PUT',
      bucketName: bucket,
      objectName: 'open',
      query: `partNumber=1&uploadId=${id}`,
    }
    await before.makeRequestAsyncOmit(open, body)
    const { before: complete, closed } = await hangingPut(first, 'twice')
    await end(first, 'SIGKILL')
    await closed

    const second = await startStandIn(data)
    const after = connect(second.url)
    expect(await files(data)).toHaveLength(complete)
    expect(sha256(await buffer(await after.getObject(bucket, 'kept')))).toBe(sha256(body))
    expect(await text(await after.getObject(bucket, 'twice'))).toBe('old')
    await after.completeMultipartUpload(bucket, 'open', id, [{ part: 1, etag: md5(body) }])
    expect(sha256(await buffer(await after.getObject(bucket, 'open')))).toBe(sha256(body))
    expect(await end(second, 'SIGTERM')).toBe(0)
    await rm(data, { recursive: true })
  })

  it('survives what is no S3 request', async () => {
    const statuses = await Promise.all(
      ['/%ff', '/%', `/${bucket}?acl`, `/${bucket}/${'k'.repeat(1025)}`, '/-/health'].map(
        async (path) => (await fetch(`${url}${path}`)).status,
      ),
    )
    expect(statuses).toEqual([400, 400, 403, 400, 200])
    const send = (method: string, query: string, body: string) =>
      client.makeRequestAsyncOmit({ method, bucketName: bucket, query }, body)
    await expect(send('POST', 'delete', '<Delete><Object>')).rejects.toEqual(code('MalformedXML'))
    await expect(send('POST', 'delete', 'x'.repeat(3 * MIB))).rejects.toEqual(code('EntityTooLarge'))
    await expect(send('GET', 'max-keys=-1', '')).rejects.toEqual(code('InvalidArgument'))
    expect(await client.bucketExists(bucket)).toBe(true)
  })

  it.runIf(process.platform === 'linux')('carries 200 MB each way in bounded memory', async () => {
    if (!standIn) return
    const block = randomBytes(MIB)
    const address = await client.presignedPutObject(bucket, 'big')
    const sending = request(address, { method: 'PUT', headers: { 'content-length': 200 * MIB } })
    Readable.from(Array(200).fill(block)).pipe(sending)
    const [response] = await once(sending, 'response')
    expect([response.statusCode, await text(response)]).toEqual([200, ''])
    const hash = createHash('sha256')
    for await (const chunk of await client.getObject(bucket, 'big')) hash.update(chunk)
    const whole = createHash('sha256')
    for (let count = 0; count < 200; count++) whole.update(block)
    expect(hash.digest('hex')).toBe(whole.digest('hex'))
    const status = await readFile(`/proc/${standIn.process.pid}/status`, 'utf8')
    const peakKiB = Number(status.match(/VmHWM:\s+(\d+)/)?.[1])
    expect(peakKiB).toBeGreaterThan(0)
    expect(peakKiB).toBeLessThan(220 * 1024)
  })
})
