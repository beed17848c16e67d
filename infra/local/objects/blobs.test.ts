import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CreateFile, openBlobs } from './blobs.ts'
import { translate } from './errors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blobs-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function* bytes(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}
async function textOf(source: AsyncIterable<Buffer>) {
  const chunks: Buffer[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
const files = async () =>
  (await readdir(folder, { recursive: true })).filter((name) => /[0-9a-f]{32}$/.test(name))

it('reads any run of bytes across segments', async () => {
  const blobs = await openBlobs(folder)
  const segments = [
    await blobs.write(bytes('abc', 'de')),
    await blobs.write(bytes()),
    await blobs.write(bytes('fgh')),
  ]
  expect(await textOf(blobs.read(segments, 0, 7))).toBe('abcdefgh')
  expect(await textOf(blobs.read(segments, 3, 6))).toBe('defg')
  expect(await textOf(blobs.read(segments, 5, 5))).toBe('f')
  expect(await textOf(blobs.read(segments, 0, -1))).toBe('')
})

it('keeps what is held until the reader lets go, and copies apart from their source', async () => {
  const blobs = await openBlobs(folder)
  const first = await blobs.write(bytes('abc'))
  const [copy] = await blobs.duplicate([first])
  const release = blobs.hold([first])
  await blobs.remove([first])
  expect(await textOf(blobs.read([first], 0, 2))).toBe('abc')
  release()
  await expect.poll(files).toHaveLength(1)
  expect(copy && (await textOf(blobs.read([copy], 0, 2)))).toBe('abc')
})

it('leaves nothing of a write whose source fails or whose disk is full', async () => {
  async function* broken() {
    yield Buffer.from('abc')
    throw new Error('client left')
  }
  const full: CreateFile = () =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
    })
  await expect((await openBlobs(folder)).write(broken())).rejects.toThrow('client left')
  const error = await (await openBlobs(folder, full)).write(bytes('abc')).catch((thrown: unknown) => thrown)
  expect(translate(error)).toMatchObject({ code: 'XMinioStorageFull', status: 507 })
  expect(await files()).toEqual([])
})

it('sweeps what no object names', async () => {
  const blobs = await openBlobs(folder)
  const kept = await blobs.write(bytes('kept'))
  await blobs.write(bytes('orphan'))
  expect(await files()).toHaveLength(2)
  await blobs.sweep(new Set([kept.id]))
  expect(await files()).toEqual([join(kept.id.slice(0, 2), kept.id)])
})
