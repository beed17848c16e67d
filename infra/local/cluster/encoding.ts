import type { IncomingMessage } from 'node:http'
import type { Fields, KubeObject } from './objects.ts'
import { apiVersionOf, type Resource } from './resources.ts'
import { tableOf } from './table.ts'

/** How a client wants objects: as they are, or as Table rows (the `Accept` header). */
export interface Encoding {
  one(resource: Resource, object: KubeObject): Fields
  many(resource: Resource, objects: KubeObject[], metadata: Fields): Fields
}

const plain = (resource: Resource, object: KubeObject): KubeObject =>
  object.kind === resource.kind ? { ...object, apiVersion: apiVersionOf(resource) } : object

const objectsAsTheyAre: Encoding = {
  one: plain,
  many: (resource, objects, metadata) => ({
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: objects.map((object) => plain(resource, object)),
  }),
}

export function encodingOf(request: IncomingMessage, query: URLSearchParams): Encoding {
  if (!/^application\/json;as=Table;v=v1;/.test(request.headers.accept ?? '')) return objectsAsTheyAre
  const whole = query.get('includeObject') === 'Object'
  const many: Encoding['many'] = (resource, objects, metadata) => ({
    ...tableOf(resource, objects, whole),
    metadata,
  })
  return { one: (resource, object) => many(resource, [object], {}), many }
}
