import { useState } from 'react'
import type { ListedUpload } from './open-uploads.ts'
import { mismatchOf } from './uploads.ts'
import { useUploads } from './uploads-context.tsx'

export interface IncomingFiles {
  /** The one to be named now. */
  file: File | undefined
  /** Takes files in; one that an open upload waits for goes on with it at once. */
  add(files: readonly File[]): void
  /** The first one is dealt with. */
  next(): void
}

/** Files that were chosen or dropped, and what becomes of them. */
export function useIncomingFiles(open: readonly ListedUpload[]): IncomingFiles {
  const uploads = useUploads()
  const [queue, setQueue] = useState<readonly File[]>([])
  return {
    file: queue[0],
    add(files) {
      const unnamed = files.filter((file) => {
        const waiting = open.find(({ upload, local }) => !local && mismatchOf(upload, file) === undefined)
        if (waiting) uploads.start(waiting.upload, file)
        return !waiting
      })
      setQueue((known) => [...known, ...unnamed])
    },
    next: () => setQueue((known) => known.slice(1)),
  }
}
