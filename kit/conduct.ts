/** A request for a file, as an upstream sees it. */
export interface Asked {
  /** Counts the requests for this file from 1. */
  number: number
  /** The first byte that is wanted. */
  start: number
  /** Behind the last byte that is wanted. */
  end: number
  query: URLSearchParams
  /** Bytes of this file that were given so far, in all answers. */
  givenBytes: number
}

/** How an upstream treats one request. What is absent is done as a good server does it. */
export interface Conduct {
  /** Answers this, and not the file. */
  status?: number
  /** In place of the right ones; null takes one away. Without `content-length` the answer is chunked. */
  headers?: Readonly<Record<string, string | null>>
  /** Answers once this is settled. */
  after?: Promise<unknown>
  /** Closes the connection without an answer. */
  hangsUp?: boolean
  /** Gives the whole where a range was asked for. */
  ignoresRanges?: boolean
  /** Gives a range that begins so many bytes later, and says so. */
  shiftedBytes?: number
  /** What happens after so many bytes of the answer: nothing any more, a reset, or an end as if that were all. */
  cut?: { afterBytes: number; by: 'stall' | 'reset' | 'end' }
  /** Bytes after the last one that was announced. */
  surplusBytes?: number
}

/** Decides for each request of a file. */
export type Conducts = (asked: Asked) => Conduct

/** Treats so many requests badly, and then all of them well. */
export const first =
  (requests: number, conduct: Conduct): Conducts =>
  ({ number }) =>
    number <= requests ? conduct : {}

/** Treats the requests well that only look at the file's header, and the others, by their count from 1, as is said. */
export function ofDownload(conduct: (request: number) => Conduct): Conducts {
  let requests = 0
  return ({ start, end }) => {
    if (end - start <= headerBytes) return {}
    requests += 1
    return conduct(requests)
  }
}

/** No more than this is read of a header at once, and more than this of a file. */
const headerBytes = 2 ** 20

/** Whether the time of a signed S3 address is over (Signature Version 4, `X-Amz-Date` and `X-Amz-Expires`). */
export function isExpired(query: URLSearchParams, now = Date.now()): boolean {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? []
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const holdsUntil = signedAt + Number(query.get('X-Amz-Expires')) * 1_000
  return !(now < holdsUntil)
}
