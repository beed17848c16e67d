import { createBucket, deleteBucket, getLocation, headBucket, listBuckets, listObjects } from './buckets.ts'
import { deleteCors, getCors, putCors } from './cors.ts'
import { S3Error } from './errors.ts'
import type { Exchange, Handler } from './exchange.ts'
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

/** All that this store knows of S3's parameters and headers: to leave out what any other one asks for would be a lie. */
const knownParameters = new RegExp(
  `^(${[
    'X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature)',
    'list-type|prefix|delimiter|marker|start-after|continuation-token|max-keys|encoding-type|fetch-owner',
    'key-marker|upload-id-marker|max-uploads|part-number-marker|max-parts',
    'location|cors|uploads|uploadId|partNumber|delete',
    'response-(cache-control|content-(disposition|encoding|language|type)|expires)',
  ].join('|')})$`,
)
const knownHeaders =
  /^(?!x-(amz|minio)-)|^x-amz-(date|content-sha256|decoded-content-length|meta-.*|metadata-directive|copy-source(-range|-if-.*)?)$/

const serviceOperations: Record<string, Handler> = { GET: listBuckets }
const bucketOperations: Record<string, Handler> = {
  GET: listObjects,
  'GET location': getLocation,
  'GET cors': getCors,
  'GET uploads': listUploads,
  HEAD: headBucket,
  PUT: createBucket,
  'PUT cors': putCors,
  DELETE: deleteBucket,
  'DELETE cors': deleteCors,
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
const selectors = ['location', 'cors', 'uploads', 'uploadId', 'partNumber', 'delete']

/** The operation a request names. Throws NotImplemented for what LIMITS.md lists, MethodNotAllowed for the rest. */
export function route({ bucket, key, query, incoming, header }: Exchange): Handler {
  const names = query.map(([name]) => name)
  const unknown =
    names.find((name) => !knownParameters.test(name)) ??
    Object.keys(incoming.headersDistinct).find((name) => !knownHeaders.test(name))
  if (unknown !== undefined) {
    throw new S3Error('NotImplemented', `This store does not model "${unknown}"; see LIMITS.md.`)
  }
  const table = bucket === '' ? serviceOperations : key === '' ? bucketOperations : objectOperations
  const selector = selectors.find((name) => names.includes(name))
  const copy = header('x-amz-copy-source') === undefined ? undefined : 'copy'
  const operation = [incoming.method, selector, copy].filter(Boolean).join(' ')
  const handler = Object.hasOwn(table, operation) ? table[operation] : undefined
  if (!handler) throw new S3Error('MethodNotAllowed', `${operation} is not an operation on this resource.`)
  return handler
}
