import { notify } from '@berth/platform/notifications'
import { quote } from '@berth/platform/quote'
import type { DataSource } from 'typeorm'
import { InvalidField } from '../registry/fields.ts'
import { type VersionRow, Versions } from '../registry/rows.ts'
import { type Viewer, visibleVersion } from '../registry/visible.ts'
import type { StorageContract } from '../storage/storage.ts'
import { isUpload } from '../upload/begin.ts'
import { retrievalChannel } from './progress.ts'
import { type RetrievalRow, Retrievals } from './rows.ts'
import { noSteps } from './steps.ts'
import type { StartRetrieval } from './workflow.ts'

/**
 * Starts the retrieval of a version, or joins the one that runs; a version that is READY stays as it is.
 * @returns the version, or undefined when the viewer may not see it.
 * @throws StorageExceeded when the version's owner has no room for what the source announced, and InvalidField for a
 * version whose file is nowhere else than with the person who uploads it
 */
export async function beginRetrieval(
  {
    database,
    storage,
    startRetrieval,
  }: { database: DataSource; storage: StorageContract; startRetrieval: StartRetrieval },
  viewer: Viewer,
  versionId: string,
): Promise<VersionRow | undefined> {
  const begun = await database.transaction(async (manager) => {
    const seen = await visibleVersion(manager, viewer, versionId)
    // The lock makes a second request wait, and then find the retrieval of the first.
    const version =
      seen &&
      (await manager.findOne(Versions, { where: { id: seen.id }, lock: { mode: 'pessimistic_write' } }))
    if (!version) return undefined
    if (version.status === 'READY') return { version }
    const running = await manager.findOne(Retrievals, {
      where: [
        { versionId: version.id, status: 'PENDING' },
        { versionId: version.id, status: 'RUNNING' },
      ],
    })
    if (running) return { version, retrieval: running }
    if (isUpload(version)) throw new InvalidField('versionId', mustBeSent(version))
    await storage.reserve(manager, { versionId: version.id, sizeBytes: version.sourceSize, viewer })
    const fresh = {
      versionId: version.id,
      steps: noSteps(),
      bytesReceived: 0,
      bytesTotal: version.sourceSize,
    }
    const retrieval: RetrievalRow = await manager.save(Retrievals, fresh)
    await manager.update(Versions, { id: version.id }, { status: 'RETRIEVING' })
    await notify(manager, retrievalChannel, version.id)
    return { version: { ...version, status: 'RETRIEVING' as const }, retrieval }
  })
  if (begun?.retrieval) await startRetrieval(begun.retrieval.id)
  return begun?.version
}

const mustBeSent = ({ sourceUri, status }: VersionRow): string => {
  const file = quote(sourceUri.replace('upload:', ''))
  return status === 'FAILED'
    ? `The file ${file} did not pass and was thrown away; upload it again, or another one, under the same name and tag.`
    : `The file ${file} is not uploaded to its end; go on with the upload, or begin it again.`
}
