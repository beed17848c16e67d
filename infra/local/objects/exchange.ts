import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Blobs, Segment } from './blobs.ts'
import type { Catalog } from './catalog.ts'
import { mostPutBytes, readDocument, readPayload } from './payload.ts'
import { header, type Target } from './request.ts'
import type { Grant } from './signature.ts'
import { document } from './xml.ts'

export type Store = { catalog: Catalog; blobs: Blobs; region: string }

/** One request whose signature holds, and the way to answer it. */
export type Exchange = Target & {
  incoming: IncomingMessage
  response: ServerResponse
  header: (name: string) => string | undefined
  /** The object or part that the request carries. */
  payload: () => AsyncIterable<Buffer>
  /** The XML that it carries. */
  document: () => Promise<string>
}

export type Handler = (store: Store, exchange: Exchange) => Promise<void> | void

export function openExchange(
  target: Target,
  incoming: IncomingMessage,
  response: ServerResponse,
  grant: Grant,
): Exchange {
  return {
    ...target,
    incoming,
    response,
    header: (name) => header(incoming, name),
    payload: () => readPayload(incoming, grant, mostPutBytes),
    document: () => readDocument(incoming, grant),
  }
}

export function sendXml({ response }: Exchange, root: string, content: object): void {
  response.setHeader('Content-Type', 'application/xml')
  response.end(document(root, content))
}

export function sendEmpty({ response }: Exchange, status = 200): void {
  response.statusCode = status
  response.end()
}

/** Has `record` name new segments in the catalog, and removes whichever of the old and the new lost. */
export async function commit(
  { blobs }: Store,
  segments: readonly Segment[],
  record: () => Segment[],
): Promise<void> {
  let freed: Segment[]
  try {
    freed = record()
  } catch (error) {
    await blobs.remove(segments)
    throw error
  }
  await blobs.remove(freed)
}

/** As documents and headers tell when a thing was last changed, and what it is. */
export const versionOf = ({ modified, etag }: { modified: number; etag: string }) => ({
  LastModified: isoDate(modified),
  ETag: quoted(etag),
})
export const quoted = (etag: string): string => `"${etag}"`
export const isoDate = (milliseconds: number): string => new Date(milliseconds).toISOString()
