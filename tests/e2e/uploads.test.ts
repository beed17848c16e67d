import { createHash } from 'node:crypto'
import { until } from '@berth/kit/condition'
import { demoModel } from '@berth/kit/demo-model'
import { ask, field } from '@berth/kit/graph'
import { newPerson, type Person, signIn } from '@berth/kit/people'
import {
  beginUpload,
  cancelUpload,
  completeUpload,
  sendParts,
  signUploadParts,
  type Upload,
  uploadFields,
} from '@berth/kit/uploads'
import { beforeAll, describe, expect, inject, test } from 'vitest'

const berth = inject('berth')
const mebibyte = 2 ** 20
const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let ann: Person
let bob: Person

beforeAll(async () => {
  ;[ann, bob] = await Promise.all([newPerson(berth), newPerson(berth)])
})

const fileNamed = (name: string, bytes: Buffer) => ({
  name,
  fileName: `${name}.gguf`,
  sizeBytes: bytes.length,
})

async function begin(input: Record<string, unknown>, { token }: Person = ann): Promise<Upload> {
  const { upload, ...other } = await beginUpload(berth, token, input)
  if (!upload) throw new Error(`It was not begun: ${JSON.stringify(other)}`)
  return upload
}

/** A file from its first byte until its parts are put together. */
async function send(name: string, bytes: Buffer, sha256?: string): Promise<Upload> {
  const upload = await begin(fileNamed(name, bytes))
  const numbers = Array.from({ length: upload.partCount }, (_, index) => index + 1)
  const statuses = await sendParts(berth, ann.token, upload, numbers, bytes)
  expect(statuses).toEqual(numbers.map(() => 200))
  const result = await completeUpload(berth, ann.token, upload.id, sha256)
  expect(result).toMatchObject({ __typename: 'CompleteUploadSuccess', version: { id: upload.version.id } })
  return upload
}

interface Version {
  status: string
  source: { uri: string; sha256: string | null }
  file: { sha256: string; sizeBytes: number } | null
  metadata: { architecture: string } | null
  retrieval: { status: string; error: string | null; steps: { name: string; status: string }[] } | null
}

const versionOf = (id: string): Promise<Version | null> =>
  ask(
    berth,
    `query ($id: ID!) { modelVersion(id: $id) { status source { uri sha256 } file { sha256 sizeBytes }
      metadata { architecture } retrieval { status error steps { name status } } } }`,
    { id },
    ann.token,
  ).then(({ data }) => data?.modelVersion as Version | null)

const ended = (id: string): Promise<Version> =>
  until('the version is READY or FAILED', async () => {
    const version = await versionOf(id)
    return version && /READY|FAILED/.test(version.status) ? version : undefined
  })

const openOnes = ({ token }: Person) => field<Upload[]>(berth, `{ uploads { ${uploadFields} } }`, {}, token)

test('a file goes straight to the store, is taken up again, verified, inspected and published', async () => {
  const bytes = demoModel(17 * mebibyte, 'sent in two parts')
  const input = { ...fileNamed('in-parts', bytes), description: 'Sent by ann.' }
  const upload = await begin(input)
  expect(upload).toMatchObject({ partSizeBytes: 16 * mebibyte, partCount: 2, uploadedParts: [] })
  expect(await sendParts(berth, ann.token, upload, [2], bytes)).toEqual([200])

  const early = await completeUpload(berth, ann.token, upload.id, digestOf(bytes))
  expect(early).toMatchObject({ __typename: 'UploadIncomplete', missingParts: [1] })
  const again = await begin(input)
  expect(again).toEqual({ ...upload, uploadedParts: [2] })
  expect(await openOnes(ann)).toEqual([again])

  expect(await sendParts(berth, ann.token, again, [1], bytes)).toEqual([200])
  const twice = await Promise.all(
    [1, 2].map(() => completeUpload(berth, ann.token, upload.id, digestOf(bytes))),
  )
  for (const result of twice) expect(result.__typename).toBe('CompleteUploadSuccess')

  const version = await ended(upload.version.id)
  expect(version).toMatchObject({
    status: 'READY',
    source: { uri: 'upload:in-parts.gguf', sha256: digestOf(bytes) },
    file: { sha256: digestOf(bytes), sizeBytes: bytes.length },
    metadata: { architecture: 'llama' },
  })
  expect(version.retrieval?.steps).toEqual(
    ['VERIFY', 'INSPECT', 'PUBLISH'].map((name) => ({ name, status: 'SUCCEEDED' })),
  )
  expect(await openOnes(ann)).toEqual([])
  // Whoever did not get the answer asks once more.
  const late = await completeUpload(berth, ann.token, upload.id, digestOf(bytes))
  expect(late).toMatchObject({ __typename: 'CompleteUploadSuccess', version: { status: 'READY' } })
})

describe('what arrives', () => {
  test('has just the length that was signed, until its address is over or the upload is', async () => {
    const bytes = demoModel(5 * mebibyte, 'lengths')
    const upload = await begin(fileNamed('lengths', bytes))
    const { parts: [part] = [] } = await signUploadParts(berth, ann.token, upload.id, [1])
    const put = async (body: Buffer) => (await fetch(part?.url ?? '', { method: 'PUT', body })).status
    expect(await put(bytes.subarray(1))).toBe(403)
    expect(await put(Buffer.concat([bytes, bytes]))).toBe(403)
    expect(await put(bytes)).toBe(200)
    expect(await cancelUpload(berth, ann.token, upload.id)).toMatchObject({
      __typename: 'CancelUploadSuccess',
    })
    expect(await put(bytes)).toBe(404)
    expect(await versionOf(upload.version.id)).toBeNull()
    for (const answer of [
      await cancelUpload(berth, ann.token, upload.id),
      await completeUpload(berth, ann.token, upload.id),
      await signUploadParts(berth, ann.token, upload.id, [1]),
    ]) {
      expect(answer.__typename).toBe('UploadNotFound')
    }
  })

  test('and is not what was sent, is thrown away; the right file may come in its place', async () => {
    const bytes = demoModel(5 * mebibyte, 'changed on its way')
    const upload = await send('changed', bytes, digestOf(Buffer.from('another file')))
    const version = await ended(upload.version.id)
    expect(version).toMatchObject({ status: 'FAILED', file: null })
    expect(version.retrieval?.error).toContain(digestOf(bytes))
    const retrieved = await field<{ __typename: string; message: string }>(
      berth,
      'mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename ... on Error { message } } }',
      { id: upload.version.id },
      ann.token,
    )
    expect(retrieved).toMatchObject({
      __typename: 'InvalidInput',
      message: expect.stringContaining('upload it again'),
    })
    const right = await send('changed', bytes, digestOf(bytes))
    expect(right.version.id).toBe(upload.version.id)
    expect((await ended(upload.version.id)).status).toBe('READY')
  })

  test('and is no model, is thrown away, and its version can be deleted', async () => {
    const upload = await send('no-model', Buffer.from('This is no model.'))
    const version = await ended(upload.version.id)
    expect(version.status).toBe('FAILED')
    expect(version.retrieval?.error).toMatch(/upload:no-model\.gguf .*GGUF/s)
    const deleted = await field<{ __typename: string }>(
      berth,
      'mutation ($id: ID!) { deleteModelVersion(id: $id) { __typename } }',
      { id: upload.version.id },
      ann.token,
    )
    expect(deleted.__typename).toBe('DeleteModelVersionSuccess')
  })
})

describe('it is refused', () => {
  const usual = { name: 'refused', fileName: 'refused.gguf', sizeBytes: 1_000 }

  test.each([
    ['a name', { name: 'No Name' }, 'name'],
    ['a tag', { tag: '-' }, 'tag'],
    ['a folder', { fileName: '../refused.gguf' }, 'fileName'],
    ['a turned name', { fileName: 'refused\u202efugg.exe' }, 'fileName'],
    ['a long name', { fileName: `${'ü'.repeat(128)}.gguf` }, 'fileName'],
    ['nothing', { sizeBytes: 0 }, 'sizeBytes'],
    ['the catalogue, by no admin', { shared: true }, 'shared'],
  ])('for %s', async (_case, change, broken) => {
    const result = await beginUpload(berth, ann.token, { ...usual, ...change })
    expect(result).toMatchObject({ __typename: 'InvalidInput', field: broken })
  })

  test('where the file is larger than the contract lets it be', async () => {
    const result = await beginUpload(berth, ann.token, { ...usual, sizeBytes: 2 ** 45 })
    expect(result).toMatchObject({
      __typename: 'StorageExceeded',
      message: expect.stringContaining('at most'),
    })
    const found = await ask(berth, '{ model(name: "refused") { id } }', {}, ann.token)
    expect(found.data).toEqual({ model: null })
  })

  test('where another file has the version, or is on its way there', async () => {
    const upload = await begin(usual)
    for (const other of [{ fileName: 'other.gguf' }, { sizeBytes: 1_001 }]) {
      const result = await beginUpload(berth, ann.token, { ...usual, ...other })
      expect(result).toMatchObject({
        __typename: 'VersionTaken',
        message: expect.stringContaining('refused.gguf'),
      })
    }
    for (const numbers of [[], [2], [0], [1, 1], Array.from({ length: 101 }, () => 1)]) {
      const result = await signUploadParts(berth, ann.token, upload.id, numbers)
      expect(result.__typename).toBe('InvalidInput')
    }
    expect((await completeUpload(berth, ann.token, upload.id, 'abc')).__typename).toBe('InvalidInput')
    await cancelUpload(berth, ann.token, upload.id)
  })
})

test('nobody else sees an upload, and nobody but an admin one of the catalogue', async () => {
  const admin = await signIn(berth, 'admin', inject('adminPassword'))
  const own = await begin({ name: 'own', fileName: 'own.gguf', sizeBytes: 1_000 })
  const shared = await begin(
    { name: 'all-of-us', fileName: 'all.gguf', sizeBytes: 1_000, shared: true },
    admin,
  )
  for (const [{ token }, { id }] of [
    [bob, own],
    [bob, shared],
    [admin, own],
    [ann, shared],
  ] as const) {
    for (const answer of [
      await signUploadParts(berth, token, id, [1]),
      await completeUpload(berth, token, id),
      await cancelUpload(berth, token, id),
    ]) {
      expect(answer.__typename).toBe('UploadNotFound')
    }
  }
  expect(await openOnes(bob)).toEqual([])
  const seenByAdmin = (await openOnes(admin)).map(({ id }) => id)
  expect(seenByAdmin).toContain(shared.id)
  expect(seenByAdmin).not.toContain(own.id)
  expect((await cancelUpload(berth, admin.token, shared.id)).__typename).toBe('CancelUploadSuccess')
  expect((await cancelUpload(berth, ann.token, own.id)).__typename).toBe('CancelUploadSuccess')
})
