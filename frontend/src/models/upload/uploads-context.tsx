import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react'
import { useClient } from 'urql'
import { createUploadGraph } from './upload-graph.ts'
import { createUploads, isSending, type LocalUpload, type Uploads } from './uploads.ts'

const UploadsContext = createContext<Uploads | undefined>(undefined)

/** Keeps the files that are being sent while the person goes from page to page, and asks before they leave Berth. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const client = useClient()
  const [uploads] = useState(() => createUploads((upload) => createUploadGraph(client, upload)))
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if ([...uploads.get().values()].some(isSending)) event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => {
      removeEventListener('beforeunload', ask)
      // Signed out: nobody may send any more.
      uploads.forgetAll()
    }
  }, [uploads])
  return <UploadsContext value={uploads}>{children}</UploadsContext>
}

export function useUploads(): Uploads {
  const uploads = use(UploadsContext)
  if (!uploads) throw new Error('This component stands outside the uploads.')
  return uploads
}

/** Those that this page sends, as they come and go. */
export function useLocalUploads(): ReadonlyMap<string, LocalUpload> {
  const uploads = useUploads()
  return useSyncExternalStore(uploads.subscribe, uploads.get)
}
