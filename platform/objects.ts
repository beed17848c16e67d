import { Client } from 'minio'

export interface ObjectStoreOptions {
  /** `http://host:port` or `https://host[:port]`. */
  endpoint: string
  region: string
  accessKey: string
  secretKey: string
  /** Of temporary credentials. */
  sessionToken?: string | undefined
  /** The bucket's name before the host's instead of in the path; at s3.amazonaws.com it is there always. */
  virtualHost?: boolean
}

/** minio's client, with a call of its own that it keeps to itself. */
export class ObjectStore extends Client {
  /** The parts that an unfinished upload has. */
  partsOf(bucket: string, key: string, uploadId: string) {
    return this.listParts(bucket, key, uploadId)
  }
}

/** A client of an S3-compatible store, with path-style addresses unless it is told otherwise. */
export function createObjectStore({
  endpoint,
  region,
  accessKey,
  secretKey,
  sessionToken,
  virtualHost = false,
}: ObjectStoreOptions): ObjectStore {
  const { protocol, hostname, port } = new URL(endpoint)
  const useSSL = protocol === 'https:'
  return new ObjectStore({
    endPoint: hostname,
    port: port ? Number(port) : useSSL ? 443 : 80,
    useSSL,
    region,
    accessKey,
    secretKey,
    ...(sessionToken !== undefined && { sessionToken }),
    pathStyle: !virtualHost,
  })
}

/** Makes the bucket where it is missing; losing the race against another replica is no error. */
export async function ensureBucket(store: Client, bucket: string, region: string): Promise<void> {
  if (await store.bucketExists(bucket)) return
  try {
    await store.makeBucket(bucket, region)
  } catch (error) {
    if (storeErrorCode(error) !== 'BucketAlreadyOwnedByYou' && !(await store.bucketExists(bucket)))
      throw error
  }
}

/** The store's own error code, such as `NoSuchKey` (S3 API reference, error responses); undefined for other errors. */
export function storeErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
