import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { RetrievalFailure } from '../retrieval/failure.ts'
import type { Download } from './fetch.ts'
import type { Origins, SignedUrl } from './origin.ts'
import { signedFile } from './signed-file.ts'

const range = { start: 0, end: 9 }
const content = { totalBytes: 100, etag: '"one"' }
const { signal } = new AbortController()
const refused = new RetrievalFailure('final', 'It refused.', { status: 403 })

/** An upstream that numbers its signatures, and refuses those that it is told to. */
function upstream(isRefused: (url: string) => boolean, holdsMs = 900_000) {
  const asked: string[] = []
  let signatures = 0
  const sign = async (): Promise<SignedUrl> => {
    signatures += 1
    return { url: `https://store/key?signature=${signatures}`, expiresAt: Date.now() + holdsMs }
  }
  const fetch: Origins['fetch'] = async ({ url }) => {
    const signature = url.replace(/.*=/, '')
    asked.push(signature)
    if (isRefused(signature)) throw refused
    const body = new PassThrough() as unknown as Download['body']
    return { body, partial: true, range, ...content }
  }
  return { sign, fetch, asked }
}

const old = { url: 'https://store/key?signature=0', expiresAt: Date.now() + 900_000 }

test('a signature is used as long as it holds', async () => {
  const origins = upstream(() => false)
  const file = signedFile(origins, { uri: 's3://b/key', signed: old, content })
  await file.ask(range, signal)
  await file.ask(range, signal)
  expect(origins.asked).toEqual(['0', '0'])
})

test('one that is about to end is renewed before', async () => {
  const origins = upstream(() => false)
  const ending = { ...old, expiresAt: Date.now() + 1_000 }
  const file = signedFile(origins, { uri: 's3://b/key', signed: ending, content })
  await file.ask(range, signal)
  expect(origins.asked).toEqual(['1'])
})

test('one that is refused is renewed, once for all who ask at the time', async () => {
  const origins = upstream((signature) => signature === '0')
  const file = signedFile(origins, { uri: 's3://b/key', signed: old, content })
  await Promise.all([file.ask(range, signal), file.ask(range, signal)])
  await file.ask(range, signal)
  expect(origins.asked).toEqual(['0', '0', '1', '1', '1'])
})

test('a store that refuses a new signature, too, is taken at its word', async () => {
  const origins = upstream(() => true)
  const file = signedFile(origins, { uri: 's3://b/key', signed: old, content })
  await expect(file.ask(range, signal)).rejects.toBe(refused)
  expect(origins.asked).toEqual(['0', '1'])
})

test('an address that was not signed is not signed again', async () => {
  const origins = upstream(() => true)
  const file = signedFile(origins, { uri: 'https://host/key', signed: { ...old, expiresAt: null }, content })
  await expect(file.ask(range, signal)).rejects.toBe(refused)
  expect(origins.asked).toEqual(['0'])
  expect(file.shown).toBe('store/key')
})
