import { readable } from './file-digest.ts'
import type { Persist } from './persist.ts'
import type { PutPart } from './put-part.ts'
import type { OpenUpload, UploadGraph } from './upload.ts'
import { UploadLost } from './upload-errors.ts'

export interface Sending {
  file: Blob
  upload: OpenUpload
  graph: Pick<UploadGraph, 'sign'>
  put: PutPart
  persist: Persist
  signal: AbortSignal
  /** Tells how many bytes of the file the store has, or is being sent. */
  onSent(bytes: number): void
}

const atOnce = 3

/**
 * Makes what sends parts of a file, by their numbers, a few at once.
 * @throws UploadLost, UploadRefused
 */
export function createPartSender({ file, upload, graph, put, persist, signal, onSent }: Sending) {
  const { partSizeBytes, uploadedParts } = upload
  const sizeOf = (number: number) => Math.min(partSizeBytes, file.size - (number - 1) * partSizeBytes)
  const bytesOf = new Map(uploadedParts.map((number) => [number, sizeOf(number)]))
  const tell = () => onSent([...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0))
  tell()

  const sendPart = (number: number) =>
    persist('Sending the file', async () => {
      const start = (number - 1) * partSizeBytes
      const body = file.slice(start, start + partSizeBytes)
      await readable(body)
      const [signed] = await graph.sign(upload.id, [number])
      if (!signed) throw new Error('The part was not signed.')
      const onProgress = (bytes: number) => {
        bytesOf.set(number, bytes)
        tell()
      }
      const status = await put({ url: signed.url, body, signal, onProgress })
      onProgress(status === 200 ? body.size : 0)
      if (status === 404) throw new UploadLost()
      if (status !== 200) throw new Error(`The object store answered with status ${status}.`)
    })

  return async (numbers: readonly number[]): Promise<void> => {
    const waiting = [...numbers]
    for (const number of waiting) bytesOf.delete(number)
    tell()
    const sendInTurn = async () => {
      for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
        await sendPart(number).catch((error: unknown) => {
          // One that ends ends the others.
          waiting.length = 0
          throw error
        })
      }
    }
    await Promise.all(Array.from({ length: atOnce }, sendInTurn))
  }
}
