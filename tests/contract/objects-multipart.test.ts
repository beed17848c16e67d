import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { CopyConditions } from 'minio'
import { describe, expect, it } from 'vitest'
import { bucket, client, code, collect, get, list, MIB, md5, put, sha256 } from './objects-kit.ts'

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

  it('of the first version go on behind a marker', async () => {
    for (const delimiter of ['', '/']) {
      const whole = await list(client.listObjects(bucket, 'list/', delimiter === ''))
      const found: string[] = []
      for (let marker = '', more = true; more; ) {
        const page = await client.listObjectsQuery(bucket, 'list/', marker, {
          Delimiter: delimiter,
          MaxKeys: 2,
        })
        expect(page.objects.length).toBeLessThanOrEqual(2)
        found.push(...page.objects.map((one) => ('prefix' in one ? one.prefix : one.name) ?? ''))
        more = page.isTruncated ?? false
        marker = page.nextMarker ?? found.at(-1) ?? ''
      }
      expect(found.sort()).toEqual(whole.sort())
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
    const overwritten = [{ part: 1, etag: md5(second) }]
    await expect(client.completeMultipartUpload(bucket, 'parts', id, overwritten)).rejects.toEqual(
      code('InvalidPart'),
    )
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
    const one = await part('refused', id, 1, Buffer.from('small'))
    const two = await part('refused', id, 2, randomBytes(5 * MIB))
    const three = await part('refused', id, 3, randomBytes(5 * MIB))
    const complete = (parts: { part: number; etag: string }[]) =>
      client.completeMultipartUpload(bucket, 'refused', id, parts)
    await expect(complete([one, two])).rejects.toEqual(code('EntityTooSmall'))
    await expect(complete([{ ...one, etag: two.etag }])).rejects.toEqual(code('InvalidPart'))
    await expect(complete([{ ...two, part: 9 }])).rejects.toEqual(code('InvalidPart'))
    await expect(complete([three, two])).rejects.toEqual(code('InvalidPartOrder'))
    await client.abortMultipartUpload(bucket, 'refused', id)
    await expect(complete([one])).rejects.toEqual(code('NoSuchUpload'))
    expect(await client.findUploadId(bucket, 'refused')).toBeUndefined()
  })

  it('tell their parts in pages, and of themselves by prefix and delimiter', async () => {
    const ids = await Promise.all(
      ['open/a/1', 'open/a/2', 'open/b'].map((key) => client.initiateNewMultipartUpload(bucket, key, {})),
    )
    const sent = []
    for (const number of [1, 3, 10_000])
      sent.push(await part('open/b', ids[2] ?? '', number, Buffer.from(`${number}`)))
    const listed: { part: number; etag: string }[] = []
    for (let marker = '0', more = true; more; ) {
      const query = { uploadId: ids[2] ?? '', 'max-parts': '2', 'part-number-marker': marker }
      const text = await (await fetch(await client.presignedUrl('GET', bucket, 'open/b', 60, query))).text()
      for (const [, one = ''] of text.matchAll(/<Part>(.*?)<\/Part>/gs)) {
        const [, number, etag = ''] = one.match(/<PartNumber>(\d+).*<ETag>(?:"|&#34;|&quot;)(\w+)/s) ?? []
        listed.push({ part: Number(number), etag })
      }
      more = text.includes('<IsTruncated>true')
      marker = text.match(/<NextPartNumberMarker>(\d+)/)?.[1] ?? ''
    }
    expect(listed).toEqual(sent)
    const open = (prefix: string, deep: boolean) =>
      collect(client.listIncompleteUploads(bucket, prefix, deep))
    expect((await open('open/', true)).map((one) => 'key' in one && one.key)).toEqual([
      'open/a/1',
      'open/a/2',
      'open/b',
    ])
    expect((await open('open/', false)).map((one) => ('prefix' in one ? one.prefix : one.key))).toEqual([
      'open/a/',
      'open/b',
    ])
    await Promise.all(
      ['open/a/1', 'open/a/2', 'open/b'].map((key) => client.removeIncompleteUpload(bucket, key)),
    )
    expect(await open('open/', true)).toEqual([])
  })

  it('are complete only if their condition holds then', async () => {
    await put('taken', 'first')
    const id = await client.initiateNewMultipartUpload(bucket, 'taken', {})
    const { etag } = await part('taken', id, 1, Buffer.from('second'))
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"${etag}"</ETag></Part></CompleteMultipartUpload>`
    const address = await client.presignedUrl('POST', bucket, 'taken', 60, { uploadId: id })
    const complete = () => fetch(address, { method: 'POST', headers: { 'if-none-match': '*' }, body })
    expect((await complete()).status).toBe(412)
    expect(await get('taken')).toBe('first')
    await client.removeObject(bucket, 'taken')
    expect((await complete()).status).toBe(200)
    expect(await get('taken')).toBe('second')
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
    await client.copyObject(bucket, 'composed copy', `/${bucket}/composed`, new CopyConditions())
    await client.removeObject(bucket, 'composed')
    expect(await buffer(await client.getObject(bucket, 'composed copy'))).toEqual(copied)
  })
})
