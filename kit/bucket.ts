import { createHash, randomBytes } from 'node:crypto'
import { Client } from 'minio'
import type { LocalBerth } from './launch.ts'
import { secretsOf } from './secrets.ts'

/** A bucket at an S3 store. */
export interface BucketAddress {
  endpoint: string
  region: string
  accessKey: string
  secretKey: string
  bucket: string
}

/**
 * A bucket of one's own at the real store that the environment names, by the variables that the contract suite takes:
 * `OBJECTS_ENDPOINT`, `OBJECTS_ACCESS_KEY`, `OBJECTS_SECRET_KEY`, `OBJECTS_REGION`. Undefined where it names none: then
 * Berth starts a stand-in.
 */
export function realBucket(environment: NodeJS.ProcessEnv = process.env): BucketAddress | undefined {
  const { OBJECTS_ENDPOINT: endpoint, OBJECTS_REGION: region = 'us-east-1' } = environment
  const { OBJECTS_ACCESS_KEY: accessKey = '', OBJECTS_SECRET_KEY: secretKey = '' } = environment
  return endpoint === undefined
    ? undefined
    : { endpoint, region, accessKey, secretKey, bucket: `berth-faults-${randomBytes(6).toString('hex')}` }
}

/** The variables that have a Berth keep its models there. */
export const variablesOf = (address: BucketAddress | undefined): Record<string, string> =>
  address === undefined
    ? {}
    : {
        OBJECTS_ENDPOINT: address.endpoint,
        OBJECTS_REGION: address.region,
        OBJECTS_ACCESS_KEY: address.accessKey,
        OBJECTS_SECRET_KEY: address.secretKey,
        OBJECTS_BUCKET: address.bucket,
      }

/** An object as a listing shows it. */
export interface Listed {
  key: string
  sizeBytes: number
  etag: string
}

/** The bucket of models, past Berth itself. */
export interface ModelsBucket {
  list(prefix?: string): Promise<Listed[]>
  /** The keys of uploads that were not finished. */
  uploads(): Promise<string[]>
  put(key: string, body: string): Promise<void>
  /** Ends the unfinished uploads whose keys have this text in them. */
  abort(text: string): Promise<void>
  /** The object's SHA-256 as it is now; undefined when it is gone. */
  digest(key: string): Promise<string | undefined>
  /** Takes the bucket away, and everything in it. */
  destroy(): Promise<void>
}

export function modelsBucket({
  data,
  port,
  bucket: own,
}: Pick<LocalBerth, 'data' | 'port' | 'bucket'>): ModelsBucket {
  const { endpoint, bucket, ...keys } = own ?? {
    endpoint: `http://127.0.0.1:${port + 7}`,
    region: 'us-east-1',
    accessKey: 'berth-models',
    secretKey: secretsOf(data).objectsSecretKey ?? '',
    bucket: 'models',
  }
  const { hostname, port: at, protocol } = new URL(endpoint)
  const useSSL = protocol === 'https:'
  const client = new Client({ endPoint: hostname, useSSL, port: Number(at || (useSSL ? 443 : 80)), ...keys })
  const list = async (prefix = '') =>
    (await collect(client.listObjectsV2(bucket, prefix, true))).map(({ name = '', size, etag }) => ({
      key: name,
      sizeBytes: size,
      etag,
    }))
  const openUploads = () => collect(client.listIncompleteUploads(bucket, '', true))
  return {
    list,
    uploads: async () => (await openUploads()).map((upload) => ('key' in upload ? upload.key : '')),
    async put(key, body) {
      await client.putObject(bucket, key, body)
    },
    async abort(text) {
      for (const upload of await openUploads()) {
        if (!('key' in upload) || !upload.key.includes(text)) continue
        await client.abortMultipartUpload(bucket, upload.key, upload.uploadId)
      }
    },
    async digest(key) {
      try {
        const hash = createHash('sha256')
        for await (const chunk of await client.getObject(bucket, key)) hash.update(chunk)
        return hash.digest('hex')
      } catch (error) {
        if ((error as { code?: string }).code === 'NoSuchKey') return undefined
        throw error
      }
    },
    async destroy() {
      for (const upload of await openUploads()) {
        if ('key' in upload) await client.abortMultipartUpload(bucket, upload.key, upload.uploadId)
      }
      for (const { key } of await list()) await client.removeObject(bucket, key)
      await client.removeBucket(bucket)
    },
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
