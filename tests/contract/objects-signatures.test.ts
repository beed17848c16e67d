import { createHash, createHmac } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { accessKey, bucket, client, code, connect, get, put, secretKey, sha256, url } from './objects-kit.ts'

beforeAll(() => put('plain', 'hello'))

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
