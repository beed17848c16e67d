import { type Dispatcher, request } from 'undici'
import { codeOf, failureOf, passes, RetrievalFailure } from '../retrieval/failure.ts'

/** An answer that carries the file, or a part of it. */
export interface Download {
  body: Dispatcher.ResponseData['body']
  /** Whether the answer is a range, and not the whole. */
  partial: boolean
  /** The range that the answer says it is, both ends inclusive; it may be another one than was asked for. */
  range: { start: number; end: number } | undefined
  /** Of the whole file; undefined when the source does not say. */
  totalBytes: number | undefined
  /** What names this very content (RFC 9110, section 8.8.3); undefined when the source gives no strong one. */
  etag: string | undefined
}

/** What a host is shown of who asks. */
export interface Credentials {
  /** Secret; their names in lower case. */
  headers: Record<string, string>
  /** The next step where the host refuses them all the same, after a semicolon and without a full stop. */
  remedy: string
}

export interface Wanted {
  url: URL
  /** The dispatcher for a URL: asked again for every redirect, and may refuse it. */
  dispatcherFor(url: URL): Dispatcher
  /** What to show to the host of a URL: asked again for every redirect, so that no other host gets to see it. */
  credentialsFor?(url: URL): Credentials | undefined
  /** Both ends inclusive; to the file's end when there is none. */
  range?: { start: number; end?: number }
  /** Asks for the range only of this very content, and for the whole of any other. */
  ifRange?: string
  signal?: AbortSignal
  redirects: 'follow' | 'refuse'
  /** Whether a 403 may mean that a signature is over. */
  signed?: boolean
}

const mostRedirects = 5

/**
 * Asks for a file by GET. Whoever gets the answer must read or destroy its body.
 * @throws RetrievalFailure, its message without a query string.
 */
export async function fetchFile(wanted: Wanted): Promise<Download> {
  let { url } = wanted
  for (let hop = 0; ; hop++) {
    const answer = await ask(wanted, url)
    const { statusCode, headers, body } = answer
    if (statusCode === 200 || statusCode === 206) return asDownload(answer)
    await body.dump().catch(() => undefined)
    const location = headers.location
    if (
      statusCode >= 300 &&
      statusCode < 400 &&
      typeof location === 'string' &&
      wanted.redirects === 'follow'
    ) {
      if (hop === mostRedirects) {
        throw new RetrievalFailure(
          'final',
          `${url.host} redirects more than ${mostRedirects} times; register the address that it leads to.`,
        )
      }
      const target = URL.parse(location, url.href)
      if (!target)
        throw new RetrievalFailure(
          'final',
          `${url.host} redirects to what is no URL; register the file's own address.`,
        )
      url = target
      continue
    }
    const remedy = wanted.credentialsFor?.(url)?.remedy
    throw refusal(url, { statusCode, headers }, { signed: wanted.signed === true, remedy })
  }
}

async function ask(
  { dispatcherFor, credentialsFor, range, ifRange, signal }: Wanted,
  url: URL,
): Promise<Dispatcher.ResponseData> {
  const dispatcher = dispatcherFor(url)
  // Compression would hide the file's size, and a digest is of the file as it rests.
  const headers = {
    ...credentialsFor?.(url)?.headers,
    'accept-encoding': 'identity',
    'user-agent': 'berth',
    ...(range && { range: `bytes=${range.start}-${range.end ?? ''}` }),
    ...(ifRange && { 'if-range': ifRange }),
  }
  try {
    return await request(url, { dispatcher, headers, signal: signal ?? null })
  } catch (error) {
    throw connectionFailure(url, error)
  }
}

/**
 * Why no answer came from a URL's host.
 * @param remedy the next step where there is no such host
 */
export const connectionFailure = (
  url: URL,
  error: unknown,
  remedy = 'register the right address under another tag',
): RetrievalFailure => hopeless(url, error, remedy) ?? failureOf(error, `The connection to ${url.host}`)

function asDownload({ statusCode, headers, body }: Dispatcher.ResponseData): Download {
  // A body that is left before its end emits an error; whoever still reads it is told by the reading.
  body.on('error', () => undefined)
  const partial = statusCode === 206
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(String(headers['content-range'])) ?? []
  const announced = partial ? total : headers['content-length']
  const totalBytes = announced === undefined ? undefined : Number(announced)
  return {
    body,
    partial,
    range: partial && start && end ? { start: Number(start), end: Number(end) } : undefined,
    totalBytes: Number.isSafeInteger(totalBytes) ? totalBytes : undefined,
    etag: /^"[^"]+"$/.exec(String(headers.etag))?.[0],
  }
}

/** What no second attempt mends at a connection: a host that does not exist, and one that proves nothing. */
function hopeless(url: URL, error: unknown, remedy: string): RetrievalFailure | undefined {
  const code = codeOf(error)
  const fail = (message: string) => new RetrievalFailure('final', message, { cause: error })
  if (code === 'ENOTFOUND') {
    return fail(`There is no host ${url.hostname} (${code}); ${remedy}.`)
  }
  if (/^ERR_(SSL|TLS)_|CERT|SIGNATURE|HOSTNAME_MISMATCH/.test(code)) {
    return fail(
      `${url.host} does not prove who it is (${code}); retrieve again once it has a valid certificate.`,
    )
  }
  return undefined
}

/** What an answer without the file means. */
export function refusal(
  url: URL,
  { statusCode: status, headers }: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
  { signed = false, remedy = 'register an address that anybody may read' }: Partial<Refused> = {},
): RetrievalFailure {
  // Without the query, which may hold a signature.
  const where = `${url.host}${url.pathname}`
  if (status === 404 || status === 410) {
    return new RetrievalFailure(
      'final',
      `${where} does not have the file (status ${status}); retrieve again once it has, or register another address.`,
      { status },
    )
  }
  if (status === 416) return new RetrievalFailure('final', `The file at ${where} is empty.`, { status })
  if (status === 403 && signed) {
    return new RetrievalFailure('resign', `${where} refused the signed address (status 403).`, { status })
  }
  const refused = `${where} refused to give the file (status ${status})`
  if (!passes(status)) {
    return new RetrievalFailure('final', `${refused}; ${remedy}.`, { status })
  }
  const waitMs = retryAfter(headers['retry-after'], Date.now())
  if (waitMs > longestWaitMs) {
    const until = new Date(Date.now() + waitMs).toISOString()
    return new RetrievalFailure('final', `${refused} before ${until}; retrieve again then.`, { status })
  }
  const asks = waitMs > 0 ? ` and asks to wait ${Math.ceil(waitMs / 1_000)} s` : ''
  return new RetrievalFailure('again', `${refused}${asks}.`, { waitMs, status })
}

interface Refused {
  signed: boolean
  remedy: string | undefined
}

/** A source that asks for more is not waited for. */
const longestWaitMs = 900_000

/** Milliseconds that a `Retry-After` asks for, as seconds or as a date (RFC 9110, section 10.2.3); 0 when there is none. */
export function retryAfter(header: string | string[] | undefined, now: number): number {
  const text = String(header ?? '')
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 10 ** 12) : 0
}
