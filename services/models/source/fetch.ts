import { type Dispatcher, request } from 'undici'
import { failureOf, passes, RetrievalFailure } from '../retrieval/failure.ts'

/** An answer that carries the file, or a part of it. */
export interface Download {
  body: Dispatcher.ResponseData['body']
  /** Whether the answer is the range that was asked for, and not the whole. */
  partial: boolean
  /** Of the whole file; undefined when the source does not say. */
  totalBytes: number | undefined
}

export interface Wanted {
  url: URL
  /** The dispatcher for a URL: asked again for every redirect, and may refuse it. */
  dispatcherFor(url: URL): Dispatcher
  /** Both ends inclusive. */
  range?: { start: number; end: number }
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
        throw new RetrievalFailure('final', `${url.host} redirects more than ${mostRedirects} times.`)
      }
      const target = URL.parse(location, url.href)
      if (!target) throw new RetrievalFailure('final', `${url.host} redirects to no URL.`)
      url = target
      continue
    }
    throw refusal(url, statusCode, wanted.signed === true)
  }
}

async function ask({ dispatcherFor, range, signal }: Wanted, url: URL): Promise<Dispatcher.ResponseData> {
  const dispatcher = dispatcherFor(url)
  // Compression would hide the file's size, and a digest is of the file as it rests.
  const headers = {
    'accept-encoding': 'identity',
    'user-agent': 'berth',
    ...(range && { range: `bytes=${range.start}-${range.end}` }),
  }
  try {
    return await request(url, { dispatcher, headers, signal: signal ?? null })
  } catch (error) {
    throw failureOf(error, `The connection to ${url.host}`)
  }
}

function asDownload({ statusCode, headers, body }: Dispatcher.ResponseData): Download {
  // A body that is left before its end emits an error; whoever still reads it is told by the reading.
  body.on('error', () => undefined)
  const partial = statusCode === 206
  const announced = partial
    ? /\/(\d+)$/.exec(String(headers['content-range']))?.[1]
    : headers['content-length']
  const totalBytes = announced === undefined ? undefined : Number(announced)
  return { body, partial, totalBytes: Number.isSafeInteger(totalBytes) ? totalBytes : undefined }
}

function refusal(url: URL, status: number, signed: boolean): RetrievalFailure {
  // Without the query, which may hold a signature.
  const where = `${url.host}${url.pathname}`
  if (status === 404 || status === 410) {
    return new RetrievalFailure('final', `${where} does not have the file (status ${status}).`)
  }
  if (status === 416) return new RetrievalFailure('final', `The file at ${where} is empty.`)
  if (status === 403 && signed) {
    return new RetrievalFailure('resign', `${where} refused the signed address (status 403).`)
  }
  const kind = passes(status) ? 'again' : 'final'
  return new RetrievalFailure(kind, `${where} refused to give the file (status ${status}).`)
}
