import { beforeAll, describe, expect, it } from 'vitest'
import { accessKey, bucket, client, code, connect, get, put, secretKey, sha256, url } from './objects-kit.ts'
import { contentMd5, presigned, refusal, signed } from './objects-signing.ts'

beforeAll(() => put('plain', 'hello'))

describe('signatures', () => {
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

  it('in a URL cover the headers that it names', async () => {
    const path = `/${bucket}/with-headers`
    const address = presigned({ method: 'PUT', path, headers: { 'x-amz-meta-owner': 'me' } })
    const send = (headers: Record<string, string>) => fetch(address, { method: 'PUT', headers, body: 'v' })
    expect((await send({ 'x-amz-meta-owner': 'you' })).status).toBe(403)
    expect((await send({})).status).toBe(403)
    expect((await send({ 'x-amz-meta-owner': 'me', 'x-amz-meta-more': 'unsigned' })).status).toBe(403)
    await expect(client.statObject(bucket, 'with-headers')).rejects.toEqual(code('NotFound'))
    expect((await send({ 'x-amz-meta-owner': 'me' })).status).toBe(200)
    expect((await client.statObject(bucket, 'with-headers')).metaData).toMatchObject({ owner: 'me' })
  })

  it('in a header hold for a quarter of an hour, and for that request alone', async () => {
    const path = `/${bucket}/plain`
    const asked = (minutes: number) =>
      signed({ method: 'GET', path, at: new Date(Date.now() + minutes * 60_000) })
    expect(await (await fetch(`${url}${path}`, asked(-10))).text()).toBe('hello')
    for (const minutes of [-16, 16]) {
      expect(await refusal(await fetch(`${url}${path}`, asked(minutes)))).toEqual([
        403,
        'RequestTimeTooSkewed',
      ])
    }
    const elsewhere = await fetch(`${url}/${bucket}/other`, asked(0))
    expect(await refusal(elsewhere)).toEqual([403, 'SignatureDoesNotMatch'])
    const unsigned = { 'x-amz-copy-source': `/${bucket}/plain`, ...asked(0).headers }
    expect((await fetch(`${url}${path}`, { method: 'PUT', headers: unsigned })).status).toBe(403)
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
    await expect(send(sha256('body'), { 'content-md5': contentMd5('else') })).rejects.toEqual(
      code('BadDigest'),
    )
    await expect(client.statObject(bucket, 'hashed')).rejects.toEqual(code('NotFound'))
  })

  it('cover each chunk of a streamed body', async () => {
    // The least that a chunk before the last may have is 8 KiB.
    const chunks = ['a'.repeat(64 * 1024), 'b'.repeat(64 * 1024), 'the end', '']
    const whole = chunks.join('')
    const send = async (tamper: (body: string) => string) => {
      const { headers, chunk } = signed({
        method: 'PUT',
        path: `/${bucket}/chunked`,
        headers: { 'x-amz-decoded-content-length': String(whole.length) },
        payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      })
      return fetch(`${url}/${bucket}/chunked`, {
        method: 'PUT',
        headers,
        body: tamper(chunks.map(chunk).join('')),
      })
    }
    const forged = [403, 'SignatureDoesNotMatch']
    expect(await refusal(await send((body) => body.replace('the end', 'the 3nd')))).toEqual(forged)
    expect(
      await refusal(await send((body) => body.replace(/signature=[0-9a-f]{8}/, 'signature=00000000'))),
    ).toEqual(forged)
    expect((await send((body) => body.slice(0, 70_000))).status).toBe(400)
    await expect(client.statObject(bucket, 'chunked')).rejects.toEqual(code('NotFound'))
    expect((await send((body) => body)).status).toBe(200)
    expect(await get('chunked')).toBe(whole)
    expect((await client.statObject(bucket, 'chunked')).metaData).not.toHaveProperty('content-encoding')
  })
})
