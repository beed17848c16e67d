import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Conduct } from './conduct.ts'
import type { Content } from './content.ts'

/** What of a file is asked for; all of it unless one range of it is. */
export interface Wanted {
  /** The first byte. */
  start: number
  /** Behind the last byte. */
  end: number
  isRange: boolean
}

/** The start of an answer, and the bytes of the file that follow. */
export interface Reply {
  status: number
  headers: OutgoingHttpHeaders
  start: number
  end: number
}

/** Reads `Range` and `If-Range` (RFC 9110, sections 13.1.5 and 14.2). A range from the file's end is taken for the whole. */
export function wantedOf(headers: IncomingHttpHeaders, { sizeBytes, etag }: Content): Wanted {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const isOther = headers['if-range'] !== undefined && headers['if-range'] !== etag
  if (from === undefined || isOther) return { start: 0, end: sizeBytes, isRange: false }
  return { start: Number(from), end: Math.min(to ? Number(to) + 1 : sizeBytes, sizeBytes), isRange: true }
}

/** The answer that is right, but for what the conduct wants. */
export function replyTo(
  wanted: Wanted,
  headers: IncomingHttpHeaders,
  content: Content,
  conduct: Conduct,
): Reply {
  const { sizeBytes, etag } = content
  const { status, ignoresRanges, shiftedBytes = 0 } = conduct
  const without = (code: number, more: OutgoingHttpHeaders = {}): Reply => ({
    status: code,
    headers: withChanges({ 'content-length': 0, ...more }, conduct),
    start: 0,
    end: 0,
  })
  if (status !== undefined) return without(status)
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag) return without(412)
  if (wanted.isRange && wanted.start >= sizeBytes) {
    return without(416, { 'content-range': `bytes */${sizeBytes}` })
  }
  const isRange = wanted.isRange && !ignoresRanges
  const start = isRange ? wanted.start + shiftedBytes : 0
  const end = isRange ? Math.min(wanted.end + shiftedBytes, sizeBytes) : sizeBytes
  const usual: OutgoingHttpHeaders = {
    'content-length': end - start,
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag,
    ...(isRange && { 'content-range': `bytes ${start}-${end - 1}/${sizeBytes}` }),
  }
  return { status: isRange ? 206 : 200, headers: withChanges(usual, conduct), start, end }
}

const withChanges = (usual: OutgoingHttpHeaders, { headers = {} }: Conduct): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries({ ...usual, ...headers }).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, value]],
    ),
  )
