import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import {
  bucket,
  client,
  code,
  connect,
  end,
  get,
  MIB,
  md5,
  put,
  real,
  type StandIn,
  sha256,
  standIn,
  startStandIn,
  url,
} from './objects-kit.ts'

// Its process, its folder and what only a stand-in may be sent: a real store has none of them to look at.
describe.runIf(!real)('the stand-in', () => {
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

  // Reads the peak from /proc, which only Linux has.
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
