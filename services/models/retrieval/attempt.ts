import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import { inspect } from '../gguf/metadata.ts'
import { GgufError } from '../gguf/ranges.ts'
import { type VersionRow, Versions } from '../registry/rows.ts'
import type { Origins, SignedUrl } from '../source/origin.ts'
import { firstBytes, rangesOf } from '../source/peek.ts'
import { InvalidSource, withoutQuery } from '../source/uri.ts'
import { type StorageContract, StorageExceeded } from '../storage/storage.ts'
import type { Bucket, StoredObject } from '../store/bucket.ts'
import { type Content, openDownload, type Place, type Received, receive, receivedBefore } from './download.ts'
import { failureOf, RetrievalFailure } from './failure.ts'
import { changeRetrieval, createMeter } from './progress.ts'
import { publish } from './publish.ts'
import { Retrievals } from './rows.ts'

/** What the steps of one retrieval find out, handed from each to the next; kept by the workflow. */
export interface Facts {
  /** The source's address, held fast to the content that was found there. */
  uri?: string
  /** The digest that the source announces. */
  announcedSha256?: string | undefined
  sizeBytes?: number | undefined
  etag?: string | undefined
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

const inspectWithinMs = 60_000
const magic = Buffer.from('GGUF')

/**
 * Does one step of a retrieval once. May be done again after it was cut off at any point.
 * @returns what is now known besides.
 * @throws RetrievalFailure, or an error that nobody foresaw.
 */
export async function attempt(
  workplace: Workplace,
  step: RetrievalStepName,
  retrievalId: string,
  facts: Facts,
): Promise<Facts> {
  const version = await versionOf(workplace.database, retrievalId)
  try {
    return await steps[step](workplace, version, retrievalId, facts)
  } catch (error) {
    if (error instanceof InvalidSource || error instanceof StorageExceeded) {
      throw new RetrievalFailure('final', error.message)
    }
    throw error
  }
}

type Step = (workplace: Workplace, version: VersionRow, retrievalId: string, facts: Facts) => Promise<Facts>

const steps: Record<RetrievalStepName, Step> = {
  /** Asks whether the file is there, how large it is, and whether it begins as a model does. */
  async RESOLVE({ database, origins, storage }, version, retrievalId) {
    const shown = withoutQuery(version.sourceUri)
    const { uri, signed, sha256, sizeBytes } = await origins.locate(version.sourceUri)
    if (sha256 !== undefined && version.sourceSha256 !== null && sha256 !== version.sourceSha256) {
      throw new RetrievalFailure(
        'final',
        `The hub announces the SHA-256 ${sha256} for ${shown}, not ${version.sourceSha256} as registered; nothing was downloaded. Register the digest of the file that you trust under another tag.`,
      )
    }
    const { body, totalBytes, etag } = await origins.fetch(signed, {
      range: { start: 0, end: magic.length - 1 },
    })
    const begins = await firstBytes(body, magic.length).catch((error: unknown) => {
      throw failureOf(error, `Reading ${shown}`)
    })
    if (!begins.equals(magic)) {
      throw new RetrievalFailure(
        'final',
        `The file at ${shown} is not GGUF: it does not begin with GGUF; register the address of a model's file.`,
      )
    }
    const bytesTotal = totalBytes ?? sizeBytes ?? null
    await changeRetrieval(database, retrievalId, async (_row, manager) => {
      await manager.update(Versions, { id: version.id }, { sourceSize: bytesTotal })
      await storage.reserve(manager, { versionId: version.id, sizeBytes: bytesTotal })
      return { bytesTotal }
    })
    return { uri, announcedSha256: sha256, sizeBytes: bytesTotal ?? undefined, etag }
  },

  async SIGN({ origins }, version, _retrievalId, { uri }) {
    return { signed: await origins.sign(uri ?? version.sourceUri) }
  },

  async DOWNLOAD({ database, bucket, origins }, version, retrievalId, { signed, sizeBytes: known, etag }) {
    if (!signed) throw missing('signed address')
    await bucket.ensure()
    const place = { bucket, origins, retrievalId }
    const content = { totalBytes: known, etag }
    const received =
      (await receivedBefore(place, content)) ?? (await download(database, place, signed, content))
    const { sizeBytes } = received
    await changeRetrieval(database, retrievalId, async (_row, manager) => {
      await manager.update(Versions, { id: version.id }, { sourceSize: sizeBytes })
      return { bytesReceived: sizeBytes, bytesTotal: sizeBytes }
    })
    return { received }
  },

  async VERIFY({ bucket }, version, _retrievalId, { received, sizeBytes, announcedSha256 }) {
    if (!received) throw missing('digest')
    if (sizeBytes !== undefined && sizeBytes !== received.sizeBytes) {
      throw new RetrievalFailure(
        'final',
        `The file at ${withoutQuery(version.sourceUri)} changed meanwhile: it had ${sizeBytes} bytes and gave ${received.sizeBytes}; retrieve again.`,
      )
    }
    if (version.sourceSha256 !== null && version.sourceSha256 !== received.sha256) {
      throw new RetrievalFailure(
        'final',
        `The SHA-256 of ${withoutQuery(version.sourceUri)} is ${received.sha256}, not ${version.sourceSha256} as registered; the file was thrown away. Register the digest of the file that you trust under another tag.`,
      )
    }
    if (announcedSha256 !== undefined && announcedSha256 !== received.sha256) {
      throw new RetrievalFailure(
        'final',
        `The SHA-256 of ${withoutQuery(version.sourceUri)} is ${received.sha256}, not ${announcedSha256} as its hub announces; the file was thrown away. Retrieve again; if that fails as well, tell whoever runs the hub.`,
      )
    }
    const stored = await bucket.stat(received.key)
    if (stored?.sizeBytes !== received.sizeBytes) {
      throw new RetrievalFailure('final', 'The object store does not hold what was written; retrieve again.')
    }
    return { stored }
  },

  async INSPECT({ database, bucket, origins }, version, _retrievalId, { received }) {
    if (!received) throw missing('digest')
    const url = await bucket.signedUrl(received.key, 300)
    const { read } = rangesOf(
      origins,
      { url, expiresAt: Date.now() + 300_000 },
      AbortSignal.timeout(inspectWithinMs),
    )
    try {
      const metadata = await inspect(read, received.sizeBytes)
      await database.manager.update(Versions, { id: version.id }, { metadata })
      return {}
    } catch (error) {
      if (!(error instanceof GgufError)) throw error
      const message = `${withoutQuery(version.sourceUri)} holds no model that can be served. ${error.message}`
      throw new RetrievalFailure('final', message, { cause: error })
    }
  },

  async PUBLISH({ database, bucket }, version, retrievalId, { received, stored }) {
    if (!received || !stored) throw missing('digest')
    await publish({ database, bucket, retrievalId, versionId: version.id, received, stored })
    return {}
  },
}

/** Downloads what is not in the store yet, and tells how far it is. */
async function download(
  database: DataSource,
  place: Place,
  signed: SignedUrl,
  content: Content,
): Promise<Received> {
  const opened = await openDownload(place, signed, content)
  const before = opened.begun?.sizeBytes ?? 0
  const tell = (bytesReceived: number) =>
    changeRetrieval(database, place.retrievalId, () => ({
      bytesReceived,
      bytesTotal: opened.download.totalBytes ?? null,
    }))
  await tell(before)
  const meter = createMeter((bytes) => tell(before + bytes))
  try {
    return await receive(place, opened, meter.add)
  } finally {
    await meter.stop()
  }
}

const missing = (what: string) =>
  new RetrievalFailure('final', `The retrieval lost its ${what}; retrieve again.`)

async function versionOf(database: DataSource, retrievalId: string): Promise<VersionRow> {
  const retrieval = await database.manager.findOneBy(Retrievals, { id: retrievalId })
  const version = retrieval && (await database.manager.findOneBy(Versions, { id: retrieval.versionId }))
  if (!version) throw new RetrievalFailure('final', 'The version is gone.')
  return version
}
