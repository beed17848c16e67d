import { at, type Fields, fieldsOf, type KubeObject, type LabelSelector } from './objects.ts'
import type { ScalePaths } from './resources.ts'

const stepsOf = (path: string): string[] => path.split('.').filter(Boolean)

/** The value at a path of field names such as `.status.replicas`; filters and indexes are not modelled. */
export const valueAt = (object: Fields, path: string): unknown => at(object, ...stepsOf(path))

/** A LabelSelector object in the text form of `status.selector`. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector
  const { matchLabels = {} } = fieldsOf(selector) as LabelSelector
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  return equal.join(',')
}

/** The autoscaling/v1 Scale of an object. */
export function scaleOf(object: KubeObject, paths: ScalePaths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector = paths.labelSelectorPath ? selectorText(valueAt(object, paths.labelSelectorPath)) : ''
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(valueAt(object, paths.specReplicasPath) ?? 0) },
    status: { replicas: Number(valueAt(object, paths.statusReplicasPath) ?? 0), selector },
  }
}

/** The object with the replicas of a Scale. */
export function withScale(object: KubeObject, scale: KubeObject, paths: ScalePaths): KubeObject {
  const replicas = Number(fieldsOf(scale.spec).replicas ?? 0)
  const set = (value: unknown, [step, ...rest]: string[]): unknown =>
    step === undefined ? replicas : { ...fieldsOf(value), [step]: set(fieldsOf(value)[step], rest) }
  return set(object, stepsOf(paths.specReplicasPath)) as KubeObject
}
