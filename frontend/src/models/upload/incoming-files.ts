import { useState } from 'react'
import type { ListedUpload } from './open-uploads.ts'
import { isSending, mismatchOf } from './uploads.ts'
import { useUploads } from './uploads-context.tsx'

export interface IncomingFiles {
  /** The one to be named now. */
  file: File | undefined
  /** How many there were before it. */
  number: number
  /** Takes files in; one that an open upload waits for goes on with it at once. */
  add(files: readonly File[]): void
  /** The first one is dealt with. */
  next(): void
}

/** Files that were chosen or dropped, and what becomes of them. */
export function useIncomingFiles(open: readonly ListedUpload[]): IncomingFiles {
  const uploads = useUploads()
  const [files, setFiles] = useState<readonly File[]>([])
  const [number, setNumber] = useState(0)
  return {
    file: files[number],
    number,
    add(added) {
      const unnamed = added.filter((file) => {
        const waiting = open.find(
          ({ upload, local }) => !(local && isSending(local)) && mismatchOf(upload, file) === undefined,
        )
        if (waiting) uploads.start(waiting.upload, file)
        return !waiting
      })
      setFiles((known) => [...known, ...unnamed])
    },
    next: () => setNumber((known) => known + 1),
  }
}
