import { useMemo } from 'react'
import { useQuery } from 'urql'
import { graphql } from '../../generated/gql.ts'
import type { UploadFactsFragment } from '../../generated/graphql.ts'
import { useKeptData } from '../../graph/use-kept-data.ts'
import { useRefresh } from '../../graph/use-refresh.ts'
import { useRetry } from '../../graph/use-retry.ts'
import type { LocalUpload } from './uploads.ts'
import { useLocalUploads } from './uploads-context.tsx'

const Uploads = graphql(`
  query Uploads {
    uploads { ...UploadFacts }
  }
`)

const context = { additionalTypenames: ['Upload', 'ModelVersion'] }

/** An upload that is not finished; `local` where this page has its file. */
export interface ListedUpload {
  upload: UploadFactsFragment
  local: LocalUpload | undefined
}

/** The tenant's open uploads, from this page or another, newest first. */
export function useOpenUploads(): ListedUpload[] {
  const locals = useLocalUploads()
  const [{ data, error }, refetch] = useQuery({
    query: Uploads,
    requestPolicy: 'cache-and-network',
    context,
  })
  const again = () => refetch({ requestPolicy: 'network-only' })
  useRetry(error, again)
  useRefresh(again)
  const known = useKeptData(data)?.uploads
  return useMemo(() => mergeUploads(known ?? [], locals), [known, locals])
}

/** Those that the graph tells of, with those that it does not tell of yet before them. */
export function mergeUploads(
  known: readonly UploadFactsFragment[],
  locals: ReadonlyMap<string, LocalUpload>,
): ListedUpload[] {
  const isKnown = new Set(known.map(({ id }) => id))
  const fresh = [...locals.values()].filter(({ upload }) => !isKnown.has(upload.id))
  return [
    ...fresh.map((local) => ({ upload: local.upload, local })),
    ...known.map((upload) => ({ upload, local: locals.get(upload.id) })),
  ]
}

/** Bytes of it that the store has, by what the graph says. */
export function bytesStored({
  uploadedParts,
  partSizeBytes,
  partCount,
  sizeBytes,
}: UploadFactsFragment): number {
  const lastBytes = sizeBytes - (partCount - 1) * partSizeBytes
  return uploadedParts.reduce((sum, number) => sum + (number === partCount ? lastBytes : partSizeBytes), 0)
}
