import type { UploadFactsFragment } from '../../generated/graphql.ts'
import { type RunningUpload, type UploadGraph, uploadFile } from './upload.ts'

/** A file that this page sends, or has sent a part of. */
export interface LocalUpload {
  upload: UploadFactsFragment
  file: File
  running: RunningUpload
}

/** The files that this page sends; they go on while one looks at other pages. By the id of the upload. */
export interface Uploads {
  get(): ReadonlyMap<string, LocalUpload>
  subscribe(listener: () => void): () => void
  /** Sends the file, or what is missing of it. */
  start(upload: UploadFactsFragment, file: File): void
  /** Stops sending; what the store has it keeps. */
  pause(id: string): void
  /** Stops sending, and lets go of the file. */
  forget(id: string): void
  forgetAll(): void
}

export function createUploads(graphOf: (upload: UploadFactsFragment) => UploadGraph): Uploads {
  const listeners = new Set<() => void>()
  let uploads: ReadonlyMap<string, LocalUpload> = new Map()

  function become(next: ReadonlyMap<string, LocalUpload>): void {
    uploads = next
    for (const listener of listeners) listener()
  }

  function forget(id: string): void {
    uploads.get(id)?.running.cancel()
    become(new Map([...uploads].filter(([key]) => key !== id)))
  }

  return {
    get: () => uploads,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start(upload, file) {
      const { id } = upload
      uploads.get(id)?.running.cancel()
      const running = uploadFile({ file, graph: graphOf(upload) })
      become(new Map(uploads).set(id, { upload, file, running }))
      void running.done.then(({ phase }) => {
        if (phase === 'done' && uploads.get(id)?.running === running) forget(id)
      })
    },
    pause: (id) => uploads.get(id)?.running.cancel(),
    forget,
    forgetAll() {
      for (const { running } of uploads.values()) running.cancel()
      become(new Map())
    },
  }
}

/** It goes on by itself, as long as the page is there. */
export function isSending({ running }: LocalUpload): boolean {
  const { phase } = running.state$.get()
  return phase === 'beginning' || phase === 'sending' || phase === 'finishing'
}

/** Why a file is not the one that an upload was begun with; undefined when it may be. */
export function mismatchOf(
  { fileName, sizeBytes }: Pick<UploadFactsFragment, 'fileName' | 'sizeBytes'>,
  file: Pick<File, 'name' | 'size'>,
): string | undefined {
  // As the graph keeps names, which some systems hand out in pieces (NFD).
  if (file.name.normalize().trim() !== fileName) return `This is ${file.name}; choose ${fileName}.`
  if (file.size === sizeBytes) return undefined
  const [has, had] = [file.size, sizeBytes].map((bytes) => bytes.toLocaleString('en'))
  return `${file.name} has ${has} bytes now, and had ${had} when the upload began: it is another file. Cancel the upload, and begin it anew.`
}
