import { quote } from '@berth/platform/quote'
import { failWith } from '@berth/platform/subgraph'
import type {
  MutationResolvers,
  QueryResolvers,
  Upload,
  UploadResolvers,
} from '@berth/schema/generated/models.ts'
import { InvalidField } from '../registry/fields.ts'
import { RetrievalFailure } from '../retrieval/failure.ts'
import type { StartRetrieval } from '../retrieval/workflow.ts'
import { withoutQuery } from '../source/uri.ts'
import { StorageExceeded } from '../storage/storage.ts'
import { beginUpload } from '../upload/begin.ts'
import { completeUpload } from '../upload/complete.ts'
import { endUpload } from '../upload/end.ts'
import { checkDigest, checkNumbers, checkUpload } from '../upload/input.ts'
import { signParts, uploadedParts } from '../upload/open.ts'
import { partCountOf } from '../upload/parts.ts'
import type { UploadPlace } from '../upload/place.ts'
import type { UploadRow } from '../upload/rows.ts'
import { openUploads, visibleUpload } from '../upload/visible.ts'
import { invalidInput, storageExceeded } from './answers.ts'
import type { Context } from './context.ts'
import { versionNode } from './nodes.ts'

export type UploadParts = UploadPlace & { startRetrieval: StartRetrieval }

export interface UploadFields {
  Query: Pick<QueryResolvers<Context>, 'uploads'>
  Mutation: Pick<
    MutationResolvers<Context>,
    'beginUpload' | 'signUploadParts' | 'completeUpload' | 'cancelUpload'
  >
  Upload: UploadResolvers<Context>
}

/** The fields of uploads. Another tenant's upload is as if it were not there. */
export function createUploadFields(place: UploadParts): UploadFields {
  const { manager } = place.database
  const find = (id: string, context: Context) => visibleUpload(manager, context.viewer(), id)
  return {
    Query: {
      uploads: async (_parent, _arguments, context) =>
        (await openUploads(manager, context.viewer())).map(uploadNode),
    },
    Mutation: {
      beginUpload: (_parent, { input }, context) =>
        checked(async () => {
          const viewer = context.viewer()
          const request = checkUpload(input, viewer)
          const begun = await beginUpload(place, viewer, request).catch(orExceeded)
          if (begun instanceof StorageExceeded) return storageExceeded(begun)
          if (begun.kind === 'open') {
            return { __typename: 'BeginUploadSuccess' as const, upload: uploadNode(begun.upload) }
          }
          const { version } = begun
          const source = withoutQuery(version.sourceUri)
          const message = `${request.name} already has a version ${version.tag}, ${source}; choose another tag, or delete that version first.`
          return { __typename: 'VersionTaken' as const, message, version: versionNode(version) }
        }),

      signUploadParts: (_parent, { id, numbers }, context) =>
        checked(async () => {
          const upload = await find(id, context)
          if (!upload || upload.completedAt !== null) return notFound(id)
          const parts = await signParts(place, upload, checkNumbers(numbers, partCountOf(upload)))
          // It was ended while it was being opened.
          return parts.length === 0 ? notFound(id) : { __typename: 'SignUploadPartsSuccess' as const, parts }
        }),

      completeUpload: (_parent, { id, sha256 }, context) =>
        checked(async () => {
          const digest = checkDigest(sha256)
          const upload = await find(id, context)
          const completed = upload ? await completeUpload(place, upload, digest) : { kind: 'gone' as const }
          if (completed.kind === 'gone') return notFound(id)
          if (completed.kind === 'complete') {
            return { __typename: 'CompleteUploadSuccess' as const, version: versionNode(completed.version) }
          }
          const { missing: missingParts } = completed
          const message = `${missingParts.length} of its parts are missing, or have another size than they should; send them and complete again.`
          return { __typename: 'UploadIncomplete' as const, message, missingParts }
        }),

      cancelUpload: (_parent, { id }, context) =>
        asked(async () => {
          const upload = await find(id, context)
          const ended = upload && (await endUpload(place, upload))
          return ended ? { __typename: 'CancelUploadSuccess' as const, id: upload.id } : notFound(id)
        }),
    },
    Upload: {
      async __resolveReference({ id }, context) {
        const upload = await find(id, context)
        return upload ? uploadNode(upload) : null
      },
      async version(parent, _arguments, context) {
        const version = await context.loaders().version(rowOf(parent).versionId)
        if (!version) throw failWith('NOT_FOUND', 'The upload was ended meanwhile.')
        return versionNode(version)
      },
      uploadedParts: (parent) => asked(() => uploadedParts(place, rowOf(parent))),
    },
  }
}

/** An upload as the graph shows it, with the row that its other fields are resolved from when they are asked for. */
const uploadNode = (row: UploadRow): Upload & { row: UploadRow } => {
  const { id, fileName, sizeBytes, partBytes, createdAt, updatedAt } = row
  const partCount = partCountOf(row)
  return {
    __typename: 'Upload',
    id,
    fileName,
    sizeBytes,
    partSizeBytes: partBytes,
    partCount,
    createdAt,
    updatedAt,
    row,
  } as Upload & { row: UploadRow }
}

const rowOf = (node: object): UploadRow => (node as ReturnType<typeof uploadNode>).row

const notFound = (id: string) => ({
  __typename: 'UploadNotFound' as const,
  message: `There is no upload ${quote(id)} that is open; \`uploads\` lists those there are.`,
})

function orExceeded(error: unknown): StorageExceeded {
  if (error instanceof StorageExceeded) return error
  throw error
}

/** A store that is away is told as such; asking again goes on where this was. */
async function asked<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RetrievalFailure)) throw error
    throw failWith('SERVICE_UNAVAILABLE', `${error.message} Try again; nothing is lost.`)
  }
}

/** The same, for fields that answer with what is wrong in their input. */
const checked = <Answer>(work: () => Promise<Answer>): Promise<Answer | ReturnType<typeof invalidInput>> =>
  asked(work).catch((error: unknown) => {
    if (error instanceof InvalidField) return invalidInput(error)
    throw error
  })
