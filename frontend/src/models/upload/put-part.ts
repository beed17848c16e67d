/** One part on its way to the object store, at an address that was signed for it. */
export interface PartRequest {
  url: string
  body: Blob
  signal: AbortSignal
  /** Tells how many of the part's bytes have left. */
  onProgress(bytes: number): void
}

/** PUTs a part. @returns the answer's status; 0 when there was no answer */
export type PutPart = (request: PartRequest) => Promise<number>

/** A connection over which nothing goes any more is given up. */
const stalledMs = 60_000

/** By XMLHttpRequest, which tells how far it is; fetch does not. */
export const putPart: PutPart = ({ url, body, signal, onProgress }) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest()
    let stall: ReturnType<typeof setTimeout>
    const abort = () => request.abort()
    const moved = () => {
      clearTimeout(stall)
      stall = setTimeout(abort, stalledMs)
    }
    request.open('PUT', url)
    request.upload.onprogress = ({ loaded }) => {
      moved()
      onProgress(loaded)
    }
    // Comes after each end: an answer, an error, an abort.
    request.onloadend = () => {
      clearTimeout(stall)
      signal.removeEventListener('abort', abort)
      resolve(request.status)
    }
    signal.addEventListener('abort', abort)
    moved()
    request.send(body)
    if (signal.aborted) abort()
  })
