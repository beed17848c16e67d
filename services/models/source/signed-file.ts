import { RetrievalFailure } from '../retrieval/failure.ts'
import type { Download } from './fetch.ts'
import type { Origins, SignedUrl } from './origin.ts'
import type { KnownContent, Range, RangedFile } from './range.ts'

/** A signature that ends sooner is renewed before it is used again. */
const leastLeftMs = 30_000

/**
 * A file at a source, of which ranges can be asked for as long as that takes: its address is signed again when the
 * signature is about to end, and when the source refuses it.
 * @param uri what to sign again
 * @param signed the address that was signed last
 */
export function signedFile(
  origins: Pick<Origins, 'sign' | 'fetch'>,
  { uri, signed, content }: { uri: string; signed: SignedUrl; content: KnownContent },
): RangedFile {
  let current = signed
  let signing: Promise<SignedUrl> | undefined

  /** All who need a new signature at one time get the same. */
  async function renew(signal: AbortSignal): Promise<SignedUrl> {
    signing ??= origins.sign(uri, signal).finally(() => {
      signing = undefined
    })
    current = await signing
    return current
  }

  async function ask(range: Range, signal: AbortSignal): Promise<Download> {
    const wanted = { range, ifRange: content.etag, signal }
    const { expiresAt } = current
    const asked = expiresAt !== null && expiresAt - Date.now() < leastLeftMs ? await renew(signal) : current
    try {
      return await origins.fetch(asked, wanted)
    } catch (error) {
      const isRefused = error instanceof RetrievalFailure && error.status === 403 && asked.expiresAt !== null
      if (!isRefused) throw error
      return origins.fetch(asked === current ? await renew(signal) : current, wanted)
    }
  }

  const { host, pathname } = new URL(signed.url)
  return { content, shown: `${host}${pathname}`, ask }
}
