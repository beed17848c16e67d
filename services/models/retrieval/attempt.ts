import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import { inspect } from '../gguf/metadata.ts'
import { GgufError } from '../gguf/ranges.ts'
import { type VersionRow, Versions } from '../registry/rows.ts'
import type { Origins, SignedUrl } from '../source/origin.ts'
import { rangesOf } from '../source/peek.ts'
import { InvalidSource, withoutQuery } from '../source/uri.ts'
import { type StorageContract, StorageExceeded } from '../storage/storage.ts'
import type { Bucket, StoredObject } from '../store/bucket.ts'
import { unreadableFailure } from './digest.ts'
import type { Received } from './download.ts'
import { RetrievalFailure } from './failure.ts'
import { obtain } from './obtain.ts'
import { changeRetrieval } from './progress.ts'
import { publish } from './publish.ts'
import { type Resolved, resolve } from './resolve.ts'
import { Retrievals } from './rows.ts'
import { receiveUpload, type Uploaded, verify } from './verify.ts'

/** What the steps of one retrieval find out, handed from each to the next; kept by the workflow. */
export interface Facts extends Partial<Resolved> {
  /** Where an upload lies; the workflow of one begins with it. */
  uploaded?: Uploaded
  signed?: SignedUrl
  received?: Received
  stored?: StoredObject
}

export interface Workplace {
  database: DataSource
  bucket: Bucket
  origins: Origins
  storage: StorageContract
}

/** A retrieval at one of its steps. */
export interface Task {
  retrievalId: string
  facts: Facts
  /** Aborted when the retrieval is cancelled. */
  signal: AbortSignal
}

const inspectWithinMs = 60_000
const signatureSeconds = 300

/**
 * Does one step of a retrieval once. May be done again after it was cut off at any point.
 * @returns what is now known besides.
 * @throws RetrievalFailure, or an error that nobody foresaw.
 */
export async function attempt(workplace: Workplace, step: RetrievalStepName, task: Task): Promise<Facts> {
  const version = await versionOf(workplace.database, task.retrievalId)
  try {
    return await steps[step](workplace, version, task)
  } catch (error) {
    if (error instanceof InvalidSource || error instanceof StorageExceeded) {
      throw new RetrievalFailure('final', error.message)
    }
    throw error
  }
}

type Step = (workplace: Workplace, version: VersionRow, task: Task) => Promise<Facts>

const steps: Record<RetrievalStepName, Step> = {
  RESOLVE: (workplace, version, { retrievalId, signal }) =>
    resolve(workplace, { retrievalId, version, signal }),

  async SIGN({ origins }, version, { facts, signal }) {
    return { signed: await origins.sign(facts.uri ?? version.sourceUri, signal) }
  },

  async DOWNLOAD(workplace, version, { retrievalId, facts, signal }) {
    const { signed, content, sizeBytes: totalBytes, etag, uri = version.sourceUri } = facts
    if (!signed) throw missing('signed address')
    const wish = { retrievalId, content, uri, found: { totalBytes, etag }, signed, signal }
    const received = await obtain(workplace, wish)
    const { sizeBytes } = received
    await changeRetrieval(workplace.database, retrievalId, async (_row, manager) => {
      await manager.update(Versions, { id: version.id }, { sourceSize: sizeBytes })
      await workplace.storage.reserve(manager, { versionId: version.id, sizeBytes })
      return { bytesReceived: sizeBytes, bytesTotal: sizeBytes }
    })
    return { received }
  },

  async VERIFY(workplace, version, { retrievalId, facts, signal }) {
    const { sizeBytes, announcedSha256, uploaded } = facts
    const received = facts.received ?? (await receiveUpload(workplace, { retrievalId, uploaded, signal }))
    const stored = await verify(workplace.bucket, received, { version, sizeBytes, announcedSha256 })
    await changeRetrieval(workplace.database, retrievalId, () => ({ bytesReceived: received.sizeBytes }))
    return { received, stored }
  },

  async INSPECT({ database, bucket, origins }, version, { retrievalId, facts: { received }, signal }) {
    if (!received) throw missing('digest')
    const url = await bucket.signedUrl(received.key, signatureSeconds)
    const { read } = rangesOf(
      origins,
      { url, expiresAt: Date.now() + signatureSeconds * 1_000 },
      AbortSignal.any([signal, AbortSignal.timeout(inspectWithinMs)]),
    )
    const metadata = await inspect(read, received.sizeBytes).catch((error: unknown) => {
      if (!(error instanceof GgufError)) throw unreadableFailure(error)
      const message = `${withoutQuery(version.sourceUri)} holds no model that can be served. ${error.message}`
      throw new RetrievalFailure('final', message, { cause: error })
    })
    await changeRetrieval(database, retrievalId, async (_row, manager) => {
      await manager.update(Versions, { id: version.id }, { metadata })
      return {}
    })
    return {}
  },

  async PUBLISH({ database, bucket }, version, { retrievalId, facts: { received, stored } }) {
    if (!received || !stored) throw missing('digest')
    await publish({ database, bucket, retrievalId, versionId: version.id, received, stored })
    return {}
  },
}

const missing = (what: string) =>
  new RetrievalFailure('final', `The retrieval lost its ${what}; retrieve again.`)

async function versionOf(database: DataSource, retrievalId: string): Promise<VersionRow> {
  const retrieval = await database.manager.findOneBy(Retrievals, { id: retrievalId })
  const version = retrieval && (await database.manager.findOneBy(Versions, { id: retrieval.versionId }))
  if (!version) throw new RetrievalFailure('final', 'The version is gone.')
  return version
}
