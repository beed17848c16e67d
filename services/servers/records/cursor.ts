import { z } from 'zod'

/** Where a page of servers ends: the creation and id of its last one. */
export interface PageCursor {
  createdAt: string
  id: string
}

const shape = z.tuple([z.iso.datetime(), z.uuid()])

/** A page's cursor; callers must not look inside. */
export const writeCursor = ({ createdAt, id }: { createdAt: Date; id: string }): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), id])).toString('base64url')

/** Reads a page's cursor; undefined for text that is none. */
export function readCursor(text: string): PageCursor | undefined {
  try {
    const parsed = shape.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    return parsed.success ? { createdAt: parsed.data[0], id: parsed.data[1] } : undefined
  } catch {
    return undefined
  }
}

/** Reads a subscription's cursor, a version as text; undefined for text that is none. */
export function readVersion(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined
  const version = Number(text)
  return Number.isSafeInteger(version) ? version : undefined
}
