import { setTimeout as delay } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { failureOf, RetrievalFailure } from '../retrieval/failure.ts'
import type { Download } from './fetch.ts'
import type { Lanes } from './lanes.ts'

/** A content that can be told from any other: both are known, and the tag is a strong one. */
export interface KnownContent {
  totalBytes: number
  etag: string
}

/** Both ends inclusive. */
export interface Range {
  start: number
  end: number
}

/** A file of which ranges can be asked for. */
export interface RangedFile {
  content: KnownContent
  /** How messages name the file: its host and path. */
  shown: string
  /** Asks for a range of this very content. */
  ask(range: Range, signal: AbortSignal): Promise<Download>
}

/** When a connection is given up for another one. */
export interface Patience {
  /** A connection that gives no byte for so long. */
  stallMs: number
  /** A connection that gives less than this, over `slowMs`. */
  leastBytesPerSecond: number
  slowMs: number
  /** Requests in a row that bring less than `leastProgressBytes`. */
  mostFailures: number
  leastProgressBytes: number
  /** Before the second request; twice as long before each further one. */
  firstPauseMs: number
  /** A source that asks to be left alone for longer ends the attempt. */
  longestPauseMs: number
}

export const patience: Patience = {
  stallMs: 10_000,
  leastBytesPerSecond: 2_048,
  slowMs: 30_000,
  mostFailures: 3,
  leastProgressBytes: 65_536,
  firstPauseMs: 250,
  longestPauseMs: 5_000,
}

/** Where a range's bytes go; a promise holds up the source until it is kept. */
export type Take = (chunk: Uint8Array) => Promise<void> | undefined

/**
 * Fetches one range, and hands over its bytes in order, each of them once. Where a connection breaks off, stalls or ends
 * early, the rest is asked for on another one.
 * @throws RetrievalFailure: `changed` when the source has another content now, `again` when it was tried in vain
 */
export async function fetchRange(
  file: RangedFile,
  range: Range,
  take: Take,
  { lanes, signal, limits = patience }: { lanes: Lanes; signal: AbortSignal; limits?: Patience | undefined },
): Promise<void> {
  let at = range.start
  const takeNext: Take = (chunk) => {
    const wanted = chunk.subarray(0, range.end + 1 - at)
    at += wanted.length
    return wanted.length > 0 ? take(wanted) : undefined
  }
  for (let failures = 0; at <= range.end; ) {
    const from = at
    const leave = await lanes.enter(range.start)
    let failure: RetrievalFailure
    try {
      signal.throwIfAborted()
      const answer = await file.ask({ start: from, end: range.end }, signal)
      await drain(checked(answer, file, from), takeNext, () => at > range.end, limits)
      failure = new RetrievalFailure('again', `${file.shown} gave fewer bytes than it announced.`)
    } catch (error) {
      failure = failureOf(error, `The connection to ${file.shown}`)
    } finally {
      leave()
    }
    if (at > range.end) return
    signal.throwIfAborted()
    if (failure.status === 416) throw changed(file)
    // Whoever is told to come back later comes back with fewer connections first.
    if (failure.status === 429 || failure.status === 503) lanes.narrow()
    failures = at - from >= limits.leastProgressBytes ? 0 : failures + 1
    const pauseMs = Math.max(failure.waitMs, limits.firstPauseMs * 2 ** Math.max(0, failures - 1))
    if (failure.kind !== 'again' || failures >= limits.mostFailures || pauseMs > limits.longestPauseMs) {
      throw failure
    }
    await delay(pauseMs, undefined, { signal })
  }
}

export const changed = ({ shown }: Pick<RangedFile, 'shown'>) =>
  new RetrievalFailure(
    'changed',
    `The file at ${shown} changed while it was downloaded; the download begins anew.`,
  )

/** The answer's body, if it is the range from `start` on of the very content that was asked for. */
function checked(answer: Download, file: RangedFile, start: number): Download['body'] {
  const { body, partial, range, totalBytes, etag } = answer
  const { content, shown } = file
  try {
    // A proxy's own page, say: nothing that names a content.
    if (etag === undefined) {
      throw new RetrievalFailure('again', `${shown} gave an answer that does not say of which content it is.`)
    }
    const isOther = totalBytes !== undefined && totalBytes !== content.totalBytes
    if (etag !== content.etag || isOther) throw changed(file)
    if (!partial) throw new RetrievalFailure('again', `${shown} gave the whole file instead of a range.`)
    if (range?.start !== start) {
      throw new RetrievalFailure('again', `${shown} gave another range than the one that was asked for.`)
    }
    return body
  } catch (error) {
    body.destroy()
    throw error
  }
}

/** Reads a body to its end, and no further than until it has given everything. */
async function drain(
  body: Dispatcher.ResponseData['body'],
  take: Take,
  isWhole: () => boolean,
  limits: Patience,
): Promise<void> {
  const watch = watchPace(body, isWhole, limits)
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      // A body that goes on is left; one that ends here gives its connection back.
      if (isWhole()) return
      watch.count(chunk.length)
      const held = take(chunk)
      if (held) await watch.holding(held)
    }
  } finally {
    watch.stop()
    body.destroy()
  }
}

/** Ends a body that gives nothing for too long, or too little; while its bytes are held up here it is not to blame. */
function watchPace(body: { destroy(error: Error): unknown }, isWhole: () => boolean, limits: Patience) {
  let isHeld = false
  let lastAt = performance.now()
  let windowAt = lastAt
  let windowBytes = 0
  const reset = () => {
    lastAt = performance.now()
    windowAt = lastAt
    windowBytes = 0
  }
  const look = () => {
    const now = performance.now()
    if (isHeld) return
    if (now - lastAt > limits.stallMs || isWhole()) body.destroy(slow('UND_ERR_BODY_TIMEOUT'))
    else if (now - windowAt > limits.slowMs) {
      const least = (limits.leastBytesPerSecond * (now - windowAt)) / 1_000
      if (windowBytes < least) body.destroy(slow('TOO_SLOW'))
      reset()
    }
  }
  const timer = setInterval(look, Math.min(1_000, limits.stallMs / 2))
  return {
    count(bytes: number) {
      lastAt = performance.now()
      windowBytes += bytes
    },
    async holding(held: Promise<void>) {
      isHeld = true
      await held
      isHeld = false
      reset()
    },
    stop: () => clearInterval(timer),
  }
}

const slow = (code: 'UND_ERR_BODY_TIMEOUT' | 'TOO_SLOW') =>
  Object.assign(new Error('The source is too slow.'), { code })
