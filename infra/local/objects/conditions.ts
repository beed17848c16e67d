/** `etag` bare, `modified` in epoch milliseconds. */
export type Version = { etag: string; modified: number }

export type Verdict = 'proceed' | 'unchanged' | 'failed'

export function etagsMatch(list: string, etag: string): boolean {
  return list.split(',').some((one) => {
    const bare = one.trim().replace(/^W\//, '').replaceAll('"', '')
    return bare === '*' || bare === etag
  })
}

/** Since HTTP dates have whole seconds, so has the comparison. A date that cannot be read is no condition. */
function isLater(modified: number, date: string | undefined): boolean | undefined {
  const since = Date.parse(date ?? '')
  return Number.isNaN(since) ? undefined : Math.floor(modified / 1000) > Math.floor(since / 1000)
}

/**
 * The four HTTP preconditions in the order of RFC 9110, section 13.2.2: one of an ETag silences that of a date beside
 * it. A copy's name the source and have a prefix.
 */
export function evaluate(
  header: (name: string) => string | undefined,
  { etag, modified }: Version,
  prefix = '',
): Verdict {
  const [match, noneMatch] = [header(`${prefix}if-match`), header(`${prefix}if-none-match`)]
  const changed = isLater(modified, header(`${prefix}if-unmodified-since`))
  if (match === undefined ? changed : !etagsMatch(match, etag)) return 'failed'
  const changedSince = isLater(modified, header(`${prefix}if-modified-since`))
  const unchanged = noneMatch === undefined ? changedSince === false : etagsMatch(noneMatch, etag)
  return unchanged ? 'unchanged' : 'proceed'
}

/** Both ends inclusive. */
export type Range = { start: number; end: number }

/**
 * The range that a `Range` header asks of `size` bytes; undefined when it asks for none that S3 knows (one range of
 * bytes), which means the whole; 'unsatisfiable' when there is no such byte.
 */
export function parseRange(text: string | undefined, size: number): Range | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = text?.match(/^bytes=(\d{0,15})-(\d{0,15})$/) ?? []
  if (first === '' && last === '') return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start > end ? 'unsatisfiable' : { start, end }
}
