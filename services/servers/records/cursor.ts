import { readCursor, writeCursor } from '@berth/platform/paging'
import { z } from 'zod'

/** Where a page of servers ends: the creation and id of its last one. */
export interface PageCursor {
  createdAt: string
  id: string
}

const shape = z.tuple([z.iso.datetime(), z.uuid()])

/** The cursor of a row in the list of servers. */
export const cursorOf = ({ createdAt, id }: { createdAt: Date; id: string }): string =>
  writeCursor([createdAt.toISOString(), id])

/** Reads a page's cursor; undefined for text that is none. */
export function readPageCursor(text: string): PageCursor | undefined {
  const parsed = shape.safeParse(readCursor(text))
  return parsed.success ? { createdAt: parsed.data[0], id: parsed.data[1] } : undefined
}

/** Reads a subscription's cursor, a version as text; undefined for text that is none. */
export function readVersion(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined
  const version = Number(text)
  return Number.isSafeInteger(version) ? version : undefined
}
