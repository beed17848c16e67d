import type { Log } from '@berth/platform/log'
import type { DataSource } from 'typeorm'
import type { StorageContract } from '../storage/storage.ts'
import type { Bucket } from '../store/bucket.ts'
import type { Multipart } from '../store/multipart.ts'

/** What uploads are made of: rows, the store, and the contract of what it may hold. */
export interface UploadPlace {
  database: DataSource
  bucket: Bucket
  multipart: Multipart
  storage: StorageContract
  /** Makes the bucket ready for parts from browsers. */
  prepareBucket(): Promise<void>
  log: Log
}
