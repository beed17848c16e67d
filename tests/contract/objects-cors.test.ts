import { describe, expect, it } from 'vitest'
import { bucket, client, url } from './objects-kit.ts'
import { contentMd5, presigned, refusal } from './objects-signing.ts'

const path = `/${bucket}`
const page = 'https://berth.example'
const rules = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule>
<AllowedOrigin>${page}</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>content-*</AllowedHeader>
<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule></CORSConfiguration>`

/** A request of the bucket's `?cors`, which the client knows no call for. */
const configure = (method: string, body?: string) =>
  client.makeRequestAsync(
    { method, bucketName: bucket, query: 'cors', headers: body ? { 'content-md5': contentMd5(body) } : {} },
    body,
    [200, 204],
  )

const preflight = (origin: string, method: string, headers?: string) =>
  fetch(`${url}${path}/from-a-page`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(headers && { 'access-control-request-headers': headers }),
    },
  })

// MinIO has one rule for all buckets instead (`cors_allow_origin`), so these fail there.
describe('pages of other origins', () => {
  it('are let in by the rules of the bucket, and by nothing before there are any', async () => {
    await expect(configure('GET')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' })
    expect((await preflight(page, 'PUT')).status).toBe(403)
    await configure('PUT', rules)
    await expect(configure('PUT', '<CORSConfiguration></CORSConfiguration>')).rejects.toMatchObject({
      code: 'MalformedXML',
    })

    const allowed = await preflight(page, 'PUT', 'content-type')
    expect([allowed.status, await allowed.text()]).toEqual([200, ''])
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    })
    for (const [origin, method, headers] of [
      ['https://evil.example', 'PUT'],
      [page, 'DELETE'],
      [page, 'PUT', 'x-amz-acl'],
    ] as const) {
      expect((await preflight(origin, method, headers)).status).toBe(403)
    }
  })

  it('may read the answers that they are let in for, errors too', async () => {
    const put = (origin: string, address: string) =>
      fetch(address, { method: 'PUT', headers: { origin }, body: 'by a page' })
    const address = await client.presignedPutObject(bucket, 'from-a-page', 60)
    const stored = await put(page, address)
    expect(stored.status).toBe(200)
    expect(stored.headers.get('access-control-allow-origin')).toBe(page)
    expect(stored.headers.get('access-control-expose-headers')).toMatch(/etag/i)
    expect(stored.headers.get('vary')).toMatch(/origin/i)
    const refused = await put(page, address.replace(/Signature=.{8}/, 'Signature=00000000'))
    expect(refused.headers.get('access-control-allow-origin')).toBe(page)
    expect(await refusal(refused)).toEqual([403, 'SignatureDoesNotMatch'])
    expect((await put('https://evil.example', address)).headers.get('access-control-allow-origin')).toBeNull()
  })

  it('are shut out again when the rules go', async () => {
    await configure('DELETE')
    expect((await preflight(page, 'PUT')).status).toBe(403)
    await expect(configure('GET')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' })
  })
})

describe('a signed length', () => {
  it('binds how much may be put at the address', async () => {
    const path = `/${bucket}/just-so`
    const address = presigned({ method: 'PUT', path, headers: { 'content-length': '4' } })
    const put = (body: string) => fetch(address, { method: 'PUT', body })
    expect((await put('1234')).status).toBe(200)
    for (const body of ['123', '12345'])
      expect(await refusal(await put(body))).toEqual([403, 'SignatureDoesNotMatch'])
  })
})
