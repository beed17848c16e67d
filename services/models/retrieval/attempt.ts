import { randomUUID } from 'node:crypto'
import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import { inspect } from '../gguf/metadata.ts'
import { GgufError } from '../gguf/ranges.ts'
import { type VersionRow, Versions } from '../registry/rows.ts'
import type { Origins, SignedUrl } from '../source/origin.ts'
import { rangesOf } from '../source/peek.ts'
import { InvalidSource } from '../source/uri.ts'
import { type Bucket, incomingPrefix, type StoredObject } from '../store/bucket.ts'
import { type Received, receive } from './download.ts'
import { RetrievalFailure } from './failure.ts'
import { changeRetrieval, createMeter } from './progress.ts'
import { publish } from './publish.ts'
import { Retrievals } from './rows.ts'

/** What the steps of one retrieval find out, handed from each to the next; kept by the workflow. */
export interface Facts {
  sizeBytes?: number | undefined
  signed?: SignedUrl
  received?: Received
  stored?: StoredObject
}

export interface Workplace {
  database: DataSource
  bucket: Bucket
  origins: Origins
}

const inspectWithinMs = 60_000

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
    if (error instanceof InvalidSource) throw new RetrievalFailure('final', error.message)
    throw error
  }
}

type Step = (workplace: Workplace, version: VersionRow, retrievalId: string, facts: Facts) => Promise<Facts>

const steps: Record<RetrievalStepName, Step> = {
  /** Asks whether the file is there, and how large it is, by its first byte. */
  async RESOLVE({ database, origins }, version, retrievalId) {
    const signed = await origins.sign(version.sourceUri)
    const { body, totalBytes } = await origins.fetch(signed, { range: { start: 0, end: 0 } })
    body.destroy()
    const bytesTotal = totalBytes ?? null
    await changeRetrieval(database, retrievalId, async (_row, manager) => {
      await manager.update(Versions, { id: version.id }, { sourceSize: bytesTotal })
      return { bytesTotal }
    })
    return { sizeBytes: totalBytes }
  },

  async SIGN({ origins }, version) {
    return { signed: await origins.sign(version.sourceUri) }
  },

  async DOWNLOAD({ database, bucket, origins }, version, retrievalId, { signed }) {
    if (!signed) throw missing('signed address')
    // A key of its own: a process that was taken for dead, and goes on, cannot meddle with this attempt.
    const key = `${incomingPrefix(retrievalId)}${randomUUID()}`
    await bucket.ensure()
    const download = await origins.fetch(signed)
    const bytesTotal = download.totalBytes ?? null
    await changeRetrieval(database, retrievalId, () => ({ bytesReceived: 0, bytesTotal }))
    const meter = createMeter((bytesReceived) =>
      changeRetrieval(database, retrievalId, () => ({ bytesReceived })),
    )
    try {
      const received = await receive(download, bucket, key, meter.add)
      await meter.stop()
      const { sizeBytes } = received
      await changeRetrieval(database, retrievalId, async (_row, manager) => {
        await manager.update(Versions, { id: version.id }, { sourceSize: sizeBytes })
        return { bytesReceived: sizeBytes, bytesTotal: sizeBytes }
      })
      return { received }
    } finally {
      await meter.stop()
    }
  },

  async VERIFY({ bucket }, version, _retrievalId, { received, sizeBytes }) {
    if (!received) throw missing('digest')
    if (sizeBytes !== undefined && sizeBytes !== received.sizeBytes) {
      throw new RetrievalFailure(
        'final',
        `The source changed meanwhile: it had ${sizeBytes} bytes and gave ${received.sizeBytes}; retrieve again.`,
      )
    }
    if (version.sourceSha256 !== null && version.sourceSha256 !== received.sha256) {
      throw new RetrievalFailure(
        'final',
        `The file's SHA-256 is ${received.sha256}, not ${version.sourceSha256} as registered; it was thrown away.`,
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
      if (error instanceof GgufError) throw new RetrievalFailure('final', error.message, { cause: error })
      throw error
    }
  },

  async PUBLISH({ database, bucket }, version, retrievalId, { received, stored }) {
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
