import { fieldsOf, type KubeObject } from '../objects.ts'

/** Looks up a Secret or ConfigMap in the pod's namespace. */
export interface Lookups {
  secret(name: string): KubeObject | undefined
  configMap(name: string): KubeObject | undefined
}

/** Decoded bytes per key of a Secret or ConfigMap. */
export function dataOf(object: KubeObject): Map<string, Buffer> {
  const encoded = object.kind === 'Secret' ? fieldsOf(object.data) : fieldsOf(object.binaryData)
  const plain = object.kind === 'Secret' ? {} : fieldsOf(object.data)
  return new Map([
    ...Object.entries(encoded).map(([key, value]): [string, Buffer] => [
      key,
      Buffer.from(String(value), 'base64'),
    ]),
    ...Object.entries(plain).map(([key, value]): [string, Buffer] => [key, Buffer.from(String(value))]),
  ])
}
