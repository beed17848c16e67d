import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { until } from '@berth/kit/condition'
import { describe, expect, it } from 'vitest'
import {
  bucket,
  client,
  code,
  collect,
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
import { signed } from './objects-signing.ts'

// It is slow where the disk is.
const slowMs = 240_000

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
    await until('some of it is there', async () => (await files(one.data)).length === before + 1)
    return { before, closed, leave: () => sending.destroy() }
  }

  it('keeps nothing of a client that leaves while it sends', async () => {
    if (!standIn) return
    const { data } = standIn
    await put('left', 'whole')
    const { before, leave } = await hangingPut(standIn, 'left')
    leave()
    await until('nothing of it is left', async () => (await files(data)).length === before)
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

  it('loses nothing that it acknowledged in a storm of writes, killed at random moments', {
    timeout: slowMs,
  }, async () => {
    const data = await mkdtemp(join(tmpdir(), 'berth-objects-'))
    let one = await startStandIn(data)
    await connect(one.url).makeBucket(bucket)
    // Of every key: what was acknowledged last, and what was under way since; one of them must be there.
    const allowed = new Map<string, (string | undefined)[]>()
    for (let round = 0; round < 5; round++) {
      const store = connect(one.url)
      let left = 10 + Math.floor(Math.random() * 40)
      const exit = once(one.process, 'exit')
      const write = async (key: string, turn: number) => {
        const body = randomBytes(turn % 6 === 1 ? 5 * MIB + 1 : Math.floor(Math.random() * 100_000))
        const next = turn % 5 === 4 ? undefined : sha256(body)
        allowed.get(key)?.push(next)
        // Above 5 MiB the client sends parts.
        await (next ? store.putObject(bucket, key, body, body.length) : store.removeObject(bucket, key))
        allowed.set(key, [next])
        left -= 1
        if (left === 0) one.process.kill('SIGKILL')
      }
      const storm = Array.from({ length: 8 }, async (_, writer) => {
        const key = `storm/${writer}`
        if (!allowed.has(key)) allowed.set(key, [undefined])
        for (let turn = writer; one.process.signalCode === null; turn++) {
          await write(key, turn).catch(async (error) => {
            if (left > 0) throw error
            await exit
          })
        }
      })
      await Promise.all(storm)
      one = await startStandIn(data)
      const after = connect(one.url)
      for (const [key, versions] of allowed) {
        const body = await after.getObject(bucket, key).then(buffer, () => undefined)
        const found = body && sha256(body)
        expect(versions).toContain(found)
        allowed.set(key, [found])
      }
    }
    const store = connect(one.url)
    for (const upload of await collect(store.listIncompleteUploads(bucket, '', true))) {
      if ('key' in upload) await store.abortMultipartUpload(bucket, upload.key, upload.uploadId)
    }
    await store.removeObjects(bucket, [...allowed.keys()])
    // What was just read goes once its reader is seen to have left.
    await until('nothing is left', async () => (await files(data)).length === 0)
    expect(await end(one, 'SIGTERM')).toBe(0)
    await rm(data, { recursive: true })
  })

  it('refuses by name what it does not model', async () => {
    const path = `/${bucket}/refused`
    const send = async (headers: Record<string, string>, payload = sha256('v')) => {
      const request = signed({ method: 'PUT', path, payload, headers })
      const response = await fetch(`${url}${path}`, { method: 'PUT', headers: request.headers, body: 'v' })
      return [response.status, await response.text()]
    }
    const refused = (name: string) => [501, expect.stringMatching(`NotImplemented.*"${name}"`)]
    const trailer = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
    expect(await send({ 'x-amz-decoded-content-length': '1' }, trailer)).toEqual(refused(trailer))
    expect(await send({ 'x-amz-checksum-crc32': 'NhCmhg==' })).toEqual(refused('x-amz-checksum-crc32'))
    expect(await send({ 'x-amz-tagging': 'a=b' })).toEqual(refused('x-amz-tagging'))
    await expect(client.getBucketVersioning(bucket)).rejects.toEqual(code('NotImplemented'))
    await expect(client.statObject(bucket, 'refused')).rejects.toEqual(code('NotFound'))
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
  it.runIf(process.platform === 'linux')(
    'carries 256 MiB each way, whole and in parts, in bounded memory',
    { timeout: slowMs },
    async () => {
      if (!standIn) return
      const block = randomBytes(MIB)
      const blocks = () => Readable.from(Array(256).fill(block))
      const whole = createHash('sha256')
      for await (const bytes of blocks()) whole.update(bytes)
      const expected = whole.digest('hex')
      const read = async (key: string) => {
        const hash = createHash('sha256')
        for await (const bytes of await client.getObject(bucket, key)) hash.update(bytes)
        return hash.digest('hex')
      }
      const address = await client.presignedPutObject(bucket, 'big')
      const sending = request(address, { method: 'PUT', headers: { 'content-length': 256 * MIB } })
      blocks().pipe(sending)
      const [response] = await once(sending, 'response')
      expect([response.statusCode, await text(response)]).toEqual([200, ''])
      expect(await read('big')).toBe(expected)
      await client.putObject(bucket, 'big', blocks())
      expect(await read('big')).toBe(expected)
      const status = await readFile(`/proc/${standIn.process.pid}/status`, 'utf8')
      const peakKiB = Number(status.match(/VmHWM:\s+(\d+)/)?.[1])
      expect(peakKiB).toBeGreaterThan(0)
      expect(peakKiB).toBeLessThan(256 * 1024)
    },
  )
})
