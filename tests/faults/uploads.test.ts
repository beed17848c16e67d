import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { modelsBucket } from '@berth/kit/bucket'
import { until } from '@berth/kit/condition'
import { demoModel } from '@berth/kit/demo-model'
import { ask, field } from '@berth/kit/graph'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { keepAway, kill } from '@berth/kit/parts'
import { newPerson } from '@berth/kit/people'
import { beginUpload, completeUpload, sendParts, type Upload, uploadFields } from '@berth/kit/uploads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryOf } from '../fixtures/database.ts'

const mebibyte = 2 ** 20
let berth: TemporaryBerth
let token: string

beforeAll(async () => {
  berth = await startTemporaryBerth()
  token = (await newPerson(berth.url)).token
})
afterAll(() => berth?.remove())

async function begin(name: string, bytes: Buffer): Promise<Upload> {
  const input = { name, fileName: `${name}.gguf`, sizeBytes: bytes.length }
  const { upload } = await beginUpload(berth.url, token, input)
  if (!upload) throw new Error(`The upload of ${name} was not begun.`)
  return upload
}

const statusOf = async (id: string) => {
  const { data } = await ask(
    berth.url,
    'query ($id: ID!) { modelVersion(id: $id) { status } }',
    { id },
    token,
  )
  return (data?.modelVersion as { status: string } | null)?.status
}

/** Under `incoming/`: objects, and uploads that were not finished. */
const onTheirWay = async () => {
  const bucket = modelsBucket(berth)
  const objects = (await bucket.list('incoming/')).map(({ key }) => key)
  return [...objects, ...(await bucket.uploads())]
}

test.each([0, 60])('killed %d ms after it was told to complete an upload, it completes it', async (ms) => {
  const bytes = demoModel(17 * mebibyte, `killed after ${ms}`)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const upload = await begin(`killed-${ms}`, bytes)
  expect(await sendParts(berth.url, token, upload, [1, 2], bytes)).toEqual([200, 200])
  const first = completeUpload(berth.url, token, upload.id, sha256).catch(() => undefined)
  await delay(ms)
  await kill(berth, 'models')
  await first
  // Whoever got no answer asks again.
  await until('it is complete', async () => {
    const { __typename: type } = await completeUpload(berth.url, token, upload.id, sha256)
    return type === 'CompleteUploadSuccess'
  })
  await until('the version is READY', async () => (await statusOf(upload.version.id)) === 'READY')
  expect(await modelsBucket(berth).digest(`sha256/${sha256}.gguf`)).toBe(sha256)
  await until('nothing is left on its way', async () => (await onTheirWay()).length === 0)
})

test('an open upload stays over a restart; one that was abandoned for a day ends with its version', async () => {
  const bytes = demoModel(17 * mebibyte, 'open')
  const open = await begin('open', bytes)
  const abandoned = await begin('abandoned', bytes)
  for (const upload of [open, abandoned]) await sendParts(berth.url, token, upload, [1], bytes)
  const models = { berth: berth.url, data: berth.data, service: 'models' } as const
  await queryOf(
    models,
    `UPDATE uploads SET updated_at = now() - interval '25 hours' WHERE id = '${abandoned.id}'`,
  )
  // It sweeps soon after it has started.
  await kill(berth, 'models')
  await until('the abandoned one is gone', async () => {
    const uploads = await field<Upload[]>(berth.url, `{ uploads { ${uploadFields} } }`, {}, token)
    const keys = (await onTheirWay()).join()
    return uploads.length === 1 && !keys.includes(abandoned.id) && uploads
  })
  expect(await statusOf(abandoned.version.id)).toBeUndefined()
  expect(await begin('open', bytes)).toEqual({ ...open, uploadedParts: [1] })
})

test('an upload that the store has lost is opened anew', async () => {
  const bytes = demoModel(17 * mebibyte, 'lost')
  const upload = await begin('lost', bytes)
  await sendParts(berth.url, token, upload, [1], bytes)
  await modelsBucket(berth).abort(upload.id)
  expect(await sendParts(berth.url, token, upload, [2], bytes)).toEqual([404])
  expect(await completeUpload(berth.url, token, upload.id)).toMatchObject({ missingParts: [1, 2] })
  expect(await begin('lost', bytes)).toEqual(upload)
  expect(await sendParts(berth.url, token, upload, [1, 2], bytes)).toEqual([200, 200])
  expect((await completeUpload(berth.url, token, upload.id)).__typename).toBe('CompleteUploadSuccess')
  await until('the version is READY', async () => (await statusOf(upload.version.id)) === 'READY')
})

test('a store that is away is told as such; the same request goes on once it is back', async () => {
  const bytes = demoModel(5 * mebibyte, 'away')
  const comeBack = keepAway(berth, 'objects')
  const input = { name: 'away', fileName: 'away.gguf', sizeBytes: bytes.length }
  const { errors } = await ask(
    berth.url,
    'mutation ($input: BeginUploadInput!) { beginUpload(input: $input) { __typename } }',
    { input },
    token,
  )
  expect(errors).toMatchObject([
    { message: expect.stringContaining('object store'), extensions: { code: 'SERVICE_UNAVAILABLE' } },
  ])
  await comeBack()
  const upload = await until('it is begun', () => begin('away', bytes))
  expect(await sendParts(berth.url, token, upload, [1], bytes)).toEqual([200])
  expect((await completeUpload(berth.url, token, upload.id)).__typename).toBe('CompleteUploadSuccess')
  await until('the version is READY', async () => (await statusOf(upload.version.id)) === 'READY')
})
