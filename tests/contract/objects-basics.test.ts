import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { CopyConditions, CopyDestinationOptions, CopySourceOptions } from 'minio'
import { describe, expect, it } from 'vitest'
import { bucket, client, code, get, list, MIB, md5, put, real } from './objects-kit.ts'

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
  ])('may have the key %s', async (key) => {
    await put(key, key)
    expect(await get(key)).toBe(key)
    expect(await list(client.listObjectsV2(bucket, key, true))).toEqual([key])
    const response = await fetch(await client.presignedGetObject(bucket, key))
    expect(await response.text()).toBe(key)
    await client.removeObjects(bucket, [key])
    await expect(client.statObject(bucket, key)).rejects.toEqual(code('NotFound'))
  })

  // Some real stores refuse these, which is as safe.
  const paths = ['../../../etc/passwd', 'a/../b', './.', '/', '//', '\\', 'con']
  const unlikePaths = [
    ...paths.map((key) => [key, key]),
    ['every control character', String.fromCodePoint(...Array(32).keys())],
    ['1,024 bytes of no character', String.fromCodePoint(0x10_ffff).repeat(256)],
  ]
  it.runIf(!real).each(unlikePaths)('take %s as a name and not as a path', async (_name = '', key = '') => {
    await put(key, key)
    expect(await get(key)).toBe(key)
    expect(await list(client.listObjectsV2(bucket, key, true))).toEqual([key])
    expect(await list(client.listObjects(bucket, key, true))).toEqual([key])
    await client.removeObject(bucket, key)
  })

  it('refuse a key beyond 1,024 bytes', async () => {
    await expect(put('é'.repeat(513), 'v')).rejects.toThrow()
  })

  it('are read whole, as before or as after, while they are replaced', async () => {
    const versions = ['a', 'b'].map((letter) => letter.repeat(2 * MIB))
    await put('replaced', versions[0] ?? '')
    let writing = true
    const writer = (async () => {
      for (let turn = 1; turn <= 10; turn++) await put('replaced', versions[turn % 2] ?? '')
      writing = false
    })()
    while (writing) expect(versions).toContain(await get('replaced'))
    await writer
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

  it('tell what is wrong in a document, and nothing of it to HEAD', async () => {
    const address = await client.presignedGetObject(bucket, 'missing <&>')
    const response = await fetch(address)
    const text = await response.text()
    const told = (name: string) => text.match(new RegExp(`<Error>.*<${name}>([^<]*)</${name}>`, 's'))?.[1]
    const type = expect.stringContaining('application/xml')
    expect([response.status, response.headers.get('content-type')]).toEqual([404, type])
    expect([told('Code'), told('Message')]).toEqual(['NoSuchKey', expect.stringMatching(/\w+/)])
    // A gateway before the store may add one of its own.
    expect(response.headers.get('x-amz-request-id')).toContain(told('RequestId'))
    const head = await fetch(await client.presignedUrl('HEAD', bucket, 'missing'), { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([404, ''])
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
    await expect(put('never', 'v', { 'If-Match': `"${etag}"` })).rejects.toEqual(code('NoSuchKey'))
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
    const copy = (source: string) => client.copyObject(bucket, 'copy', `/${bucket}/${source}`, conditions)
    await expect(copy('plain')).rejects.toEqual(code('PreconditionFailed'))
    await expect(copy('missing')).rejects.toEqual(code('NoSuchKey'))
    const same = client.copyObject(bucket, 'copy', `/${bucket}/copy`, new CopyConditions())
    await expect(same).rejects.toEqual(code('InvalidRequest'))
    expect(await get('copy')).toBe('copied')
  })
})
