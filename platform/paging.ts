import { failWith } from './subgraph.ts'

const mostPerPage = 100

/**
 * The size of a page that was asked for by `first`.
 * @throws GraphQLError `BAD_USER_INPUT` for one that cannot be had
 */
export function pageSize(first: number | null | undefined): number {
  const count = first ?? 20
  if (count >= 0 && count <= mostPerPage) return count
  throw failWith('BAD_USER_INPUT', `first is ${count}; it can be 0 to ${mostPerPage}, go on with after.`)
}

/** A cursor: where a row stands in its list. Callers take it as opaque text. */
export const writeCursor = (position: readonly string[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

/** What stands in a cursor, to be checked by whoever wrote it; undefined for text that is none. */
export function readCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

export interface Connection<Node> {
  edges: { cursor: string; node: Node }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
}

/**
 * A page of rows as a connection (Relay's connection specification).
 * @param rows one more than `first` when there are further ones
 */
export function connectionOf<Row, Node>(
  rows: readonly Row[],
  page: { first: number; isContinued: boolean },
  edgeOf: (row: Row) => { cursor: string; node: Node },
): Connection<Node> {
  const edges = rows.slice(0, page.first).map(edgeOf)
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.isContinued,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}
