import type { ServerChangeType } from '@berth/schema/generated/servers.ts'
import type { ServerRow } from '../records/server.ts'
import { type ChangeReader, pageSize } from './reader.ts'
import type { Wake } from './wakes.ts'

/** One event of a subscription; `row` is a tombstone when the type is DELETED. */
export interface ChangeEvent {
  type: ServerChangeType
  cursor: string
  row: ServerRow
}

/** What a change is to a subscriber who knows everything up to `base`. */
export function changeType(row: ServerRow, base: number): ServerChangeType {
  if (row.deletedAt) return 'DELETED'
  return row.createdVersion > base ? 'ADDED' : 'UPDATED'
}

const eventOf = (row: ServerRow, type: ServerChangeType): ChangeEvent => ({
  type,
  cursor: String(row.version),
  row,
})

/**
 * The servers of a tenant as they are, then each change; or from a version on. The latest state only: what changes
 * twice before it was read is told once.
 */
export async function* followServers(options: {
  reader: ChangeReader
  wake: Wake
  tenantId: string
  after: number | undefined
  /** Follows one server alone, and ends with its deletion. */
  only?: string
}): AsyncGenerator<ChangeEvent, void, undefined> {
  const { reader, wake, tenantId, after, only } = options
  const concerns = ({ id }: ServerRow) => only === undefined || id === only
  let position = after ?? 0
  if (after === undefined || !(await reader.canContinue(tenantId, after))) {
    const { version, rows } = await reader.snapshot(tenantId)
    for (const row of rows.filter(concerns)) yield eventOf(row, 'SNAPSHOT')
    position = version
  }
  // What happened before the first wake is read at once.
  for (let told: number | undefined | null; told !== null; told = await wake.beyond(position)) {
    const base = position
    let page: ServerRow[]
    do {
      page = await reader.changes(tenantId, position, told)
      for (const row of page) {
        position = row.version
        if (!concerns(row)) continue
        yield eventOf(row, changeType(row, base))
        if (row.deletedAt && only !== undefined) return
      }
    } while (page.length === pageSize)
  }
}

/**
 * Ends the source as soon as the subscriber leaves. A generator alone would first wait for the next change, and a
 * tenant whose servers are quiet would keep every subscriber that has left.
 */
export function endingAtOnce<Event>(
  events: AsyncGenerator<Event, void, undefined>,
  wake: Wake,
): AsyncIterableIterator<Event> {
  const end = () => {
    wake.end()
    return events.return()
  }
  return {
    async next() {
      const result = await events.next()
      if (result.done) wake.end()
      return result.done ? { done: true, value: undefined } : result
    },
    async return() {
      await end()
      return { done: true, value: undefined }
    },
    async throw(error: unknown) {
      await end()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
