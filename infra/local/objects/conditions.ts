/** The four HTTP preconditions (RFC 9110, section 13), as header values. */
export type Conditions = {
  match?: string
  noneMatch?: string
  modifiedSince?: string
  unmodifiedSince?: string
}

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
function isLater(modified: number, date: string): boolean | undefined {
  const since = Date.parse(date)
  return Number.isNaN(since) ? undefined : Math.floor(modified / 1000) > Math.floor(since / 1000)
}

/** In the order of RFC 9110, section 13.2.2: an ETag condition silences the date condition beside it. */
export function evaluate(conditions: Conditions, version: Version): Verdict {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions
  if (match !== undefined) {
    if (!etagsMatch(match, version.etag)) return 'failed'
  } else if (unmodifiedSince !== undefined && isLater(version.modified, unmodifiedSince)) return 'failed'
  if (noneMatch !== undefined) return etagsMatch(noneMatch, version.etag) ? 'unchanged' : 'proceed'
  if (modifiedSince !== undefined && isLater(version.modified, modifiedSince) === false) return 'unchanged'
  return 'proceed'
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
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length > 0 ? { start: size - length, end: size - 1 } : 'unsatisfiable'
  }
  if (last !== '' && Number(last) < Number(first)) return undefined
  if (Number(first) >= size) return 'unsatisfiable'
  return { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}
