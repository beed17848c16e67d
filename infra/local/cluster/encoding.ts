import type { IncomingMessage } from 'node:http'
import type { Fields, KubeObject } from './objects.ts'
import { apiVersionOf, type Resource } from './resources.ts'
import { tableOf } from './table.ts'

/** How a client wants objects: as they are, as Table rows, or their metadata alone (the `Accept` header). */
export interface Encoding {
  one(resource: Resource, object: KubeObject): Fields
  many(resource: Resource, objects: KubeObject[], metadata: Fields): Fields
}

const plain = (resource: Resource, object: KubeObject): KubeObject =>
  object.kind === resource.kind ? { ...object, apiVersion: apiVersionOf(resource) } : object

const partial = (object: KubeObject): Fields => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata,
})

export function encodingOf(request: IncomingMessage, query: URLSearchParams): Encoding {
  const accepted = String(request.headers.accept ?? '')
    .split(',')
    .map((item) => item.trim())
    .find((item) => /^(application\/json|\*\/\*)/.test(item))
  const as = /;\s*as=(\w+)/.exec(accepted ?? '')?.[1]
  if (as === 'Table') {
    const version = /;\s*v=(\w+)/.exec(accepted ?? '')?.[1] ?? 'v1'
    const include = query.get('includeObject') ?? 'Metadata'
    const table = (resource: Resource, objects: KubeObject[]): Fields =>
      tableOf(
        resource,
        objects.map((object) => plain(resource, object)),
        include,
        version,
      )
    return {
      one: (resource, object) => table(resource, [object]),
      many: (resource, objects, metadata) => ({ ...table(resource, objects), metadata }),
    }
  }
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
    return {
      one: (_, object) => partial(object),
      many: (_, objects, metadata) => ({
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata,
        items: objects.map(partial),
      }),
    }
  return {
    one: plain,
    many: (resource, objects, metadata) => ({
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata,
      items: objects.map((object) => plain(resource, object)),
    }),
  }
}

/** A label and field selector together, over objects of any kind. */
export type Selects = (object: KubeObject) => boolean
