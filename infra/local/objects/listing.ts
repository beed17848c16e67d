export type ListQuery = { prefix: string; delimiter: string; after: string; limit: number }

/** `last` is the name to continue after: the last key, or the last common prefix if that came later. */
export type Page<T> = { items: T[]; prefixes: string[]; last: string; truncated: boolean }

/** Where a prefix ends in byte order: UTF-8 holds no 0xFF, so the last byte can always be raised. */
export function successor(prefix: string): Buffer {
  const bytes = Buffer.from(prefix || '\x00')
  if (!prefix) return Buffer.from([0xff])
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1
  return bytes
}

function groupOf(key: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (!delimiter || !key.startsWith(prefix)) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

function firstByte(query: ListQuery): Buffer {
  const start = Buffer.from(query.prefix)
  if (!query.after) return start
  // After a common prefix everything beneath it has been told already.
  const told = groupOf(query.after, query) === query.after
  const after = told ? successor(query.after) : Buffer.from(`${query.after}\x00`)
  return Buffer.compare(after, start) > 0 ? after : start
}

/**
 * One page of keys in byte order, those that share a part up to the delimiter rolled up (S3 API reference,
 * ListObjectsV2). `scan` yields what has the prefix, from a key's bytes on; a rolled-up group is skipped by
 * scanning anew behind it, so a page costs its own length and not the bucket's.
 */
export function listPage<T extends { key: string }>(
  scan: (from: Buffer) => Iterable<T>,
  query: ListQuery,
): Page<T> {
  const page: Page<T> = { items: [], prefixes: [], last: '', truncated: false }
  let from: Buffer | undefined = query.limit > 0 ? firstByte(query) : undefined
  while (from) {
    let next: Buffer | undefined
    for (const item of scan(from)) {
      if (page.items.length + page.prefixes.length === query.limit) return { ...page, truncated: true }
      const group = groupOf(item.key, query)
      page.last = group ?? item.key
      if (group === undefined) {
        page.items.push(item)
        continue
      }
      page.prefixes.push(group)
      next = successor(group)
      break
    }
    from = next
  }
  return page
}
