import { createBucket, deleteBucket, getLocation, headBucket, listBuckets, listObjects } from './buckets.ts'
import { S3Error } from './errors.ts'
import type { Handler } from './exchange.ts'
import {
  abortUpload,
  completeUpload,
  copyPart,
  initiateUpload,
  listParts,
  listUploads,
  uploadPart,
} from './multipart.ts'
import { copyObject, deleteObject, deleteObjects, getObject, putObject } from './objects.ts'
import type { Query } from './request.ts'

type Request = { method: string; bucket: string; key: string; query: Query; headers: readonly string[] }

/** Parts of S3 that a query parameter selects. To answer such a request without its meaning would be a lie. */
const unmodelledParameters = [
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'versioning',
  'versions',
  'website',
]

/** The same of headers; x-amz-acl and x-amz-storage-class are let through, as they change no byte and no right here. */
const unmodelledHeaders =
  /^x-amz-(server-side-encryption|copy-source-server-side-encryption|tagging$|.*object-lock)/

const serviceOperations: Record<string, Handler> = { GET: listBuckets }
const bucketOperations: Record<string, Handler> = {
  GET: listObjects,
  'GET location': getLocation,
  'GET uploads': listUploads,
  HEAD: headBucket,
  PUT: createBucket,
  DELETE: deleteBucket,
  'POST delete': deleteObjects,
}
const objectOperations: Record<string, Handler> = {
  GET: getObject,
  'GET uploadId': listParts,
  HEAD: getObject,
  PUT: putObject,
  'PUT copy': copyObject,
  'PUT uploadId': uploadPart,
  'PUT uploadId copy': copyPart,
  DELETE: deleteObject,
  'DELETE uploadId': abortUpload,
  'POST uploads': initiateUpload,
  'POST uploadId': completeUpload,
}
const selectors = ['location', 'uploads', 'uploadId', 'delete']

/** The operation a request names. Throws NotImplemented for what LIMITS.md lists, MethodNotAllowed for the rest. */
export function route({ method, bucket, key, query, headers }: Request): Handler {
  const names = query.map(([name]) => name)
  const version = query.find(([name]) => name === 'versionId')?.[1] ?? ''
  const unmodelled =
    names.find((name) => unmodelledParameters.includes(name)) ??
    headers.find((name) => unmodelledHeaders.test(name))
  if (unmodelled)
    throw new S3Error('NotImplemented', `This store does not model "${unmodelled}"; see LIMITS.md.`)
  if (version !== '' && version !== 'null')
    throw new S3Error('NotImplemented', 'This store keeps no versions.')
  if (names.includes('partNumber') && !names.includes('uploadId')) {
    throw new S3Error('NotImplemented', 'This store does not read single parts of a complete object.')
  }
  const table = bucket === '' ? serviceOperations : key === '' ? bucketOperations : objectOperations
  const selector = selectors.find((name) => names.includes(name))
  const operation = [method, selector, headers.includes('x-amz-copy-source') ? 'copy' : undefined]
    .filter(Boolean)
    .join(' ')
  const handler = Object.hasOwn(table, operation) ? table[operation] : undefined
  if (!handler) throw new S3Error('MethodNotAllowed', `${operation} is not an operation on this resource.`)
  return handler
}
