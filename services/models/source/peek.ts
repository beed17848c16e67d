import { inspect, type Metadata } from '../gguf/metadata.ts'
import { GgufError, type ReadRange } from '../gguf/ranges.ts'
import type { Origins, SignedUrl } from './origin.ts'

/** Ranges of a file that is fetched by URL, and its size as the answers tell it. */
export function rangesOf(origins: Origins, signed: SignedUrl, signal: AbortSignal, announcedBytes?: number) {
  let sizeBytes = announcedBytes
  const read: ReadRange = async (start, length) => {
    if (sizeBytes !== undefined && start >= sizeBytes) return Buffer.alloc(0)
    const { body, partial, totalBytes } = await origins.fetch(signed, {
      range: { start, end: start + length - 1 },
      signal,
    })
    sizeBytes = totalBytes ?? sizeBytes
    if (!partial && start > 0) {
      body.destroy()
      throw new GgufError('The source does not answer to ranges.')
    }
    return firstBytes(body, length)
  }
  return { read, size: () => sizeBytes }
}

/** The first `length` bytes; the rest, of a source that sends the whole file, is not read. */
export async function firstBytes(
  body: AsyncIterable<Uint8Array> & { destroy(): void },
  length: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let got = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    got += chunk.length
    if (got >= length) break
  }
  body.destroy()
  return Buffer.concat(chunks).subarray(0, length)
}

/**
 * Looks at a source without retrieving it: its size, and its header where it has one that can be read in time.
 * @throws when the source cannot be asked at all.
 */
export async function peek(
  origins: Origins,
  uri: string,
  withinMs: number,
): Promise<{ sizeBytes: number | undefined; metadata: Metadata | undefined; error?: unknown }> {
  const signal = AbortSignal.timeout(withinMs)
  const { signed, sizeBytes: announced } = await origins.locate(uri, signal)
  const { read, size } = rangesOf(origins, signed, signal, announced)
  try {
    const metadata = await inspect(read, undefined)
    return { sizeBytes: size(), metadata }
  } catch (error) {
    return { sizeBytes: size(), metadata: undefined, error }
  }
}
