import type { Log } from '@berth/platform/log'
import type { DataSource } from 'typeorm'
import type { UsersOf } from '../registry/usage.ts'
import type { StorageContract } from '../storage/storage.ts'
import type { Bucket } from '../store/bucket.ts'
import { letPagesUpload } from '../store/cors.ts'
import { type Multipart, openMultipart } from '../store/multipart.ts'

/** What uploads are made of: rows, the store, and the contract of what it may hold. */
export interface UploadPlace {
  database: DataSource
  bucket: Bucket
  multipart: Multipart
  storage: StorageContract
  usersOf: UsersOf
  /** Makes the bucket ready for parts from browsers. */
  prepareBucket(): Promise<void>
  log: Log
}

export interface UploadSettings {
  PUBLIC_URL: string
  OBJECTS_ENDPOINT: string
  OBJECTS_PUBLIC_ENDPOINT?: string | undefined
  OBJECTS_REGION: string
  OBJECTS_ACCESS_KEY: string
  OBJECTS_SECRET_KEY: string
}

export function openUploadPlace(
  parts: Pick<UploadPlace, 'database' | 'bucket' | 'storage' | 'usersOf' | 'log'>,
  settings: UploadSettings,
): UploadPlace {
  const { bucket, log } = parts
  const keys = {
    endpoint: settings.OBJECTS_PUBLIC_ENDPOINT ?? settings.OBJECTS_ENDPOINT,
    region: settings.OBJECTS_REGION,
    accessKey: settings.OBJECTS_ACCESS_KEY,
    secretKey: settings.OBJECTS_SECRET_KEY,
  }
  let prepared: Promise<void> | undefined
  return {
    ...parts,
    multipart: openMultipart(bucket, keys),
    prepareBucket() {
      prepared ??= bucket
        .ensure()
        .then(() => letPagesUpload(bucket, new URL(settings.PUBLIC_URL).origin, log))
      // A store that is away now is asked again with the next upload.
      prepared.catch(() => {
        prepared = undefined
      })
      return prepared
    },
  }
}
