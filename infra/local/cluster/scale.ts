import { type Fields, fieldsOf, type KubeObject, type LabelSelector } from './objects.ts'
import type { ScalePaths } from './resources.ts'

const stepsOf = (path: string): string[] => path.split('.').filter(Boolean)

function read(object: Fields, path: string): unknown {
  return stepsOf(path).reduce<unknown>((value, step) => fieldsOf(value)[step], object)
}

/** A LabelSelector object in the text form of `status.selector`. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector
  const { matchLabels = {}, matchExpressions = [] } = fieldsOf(selector) as LabelSelector
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const sets = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`
  })
  return [...equal, ...sets].join(',')
}

/** The autoscaling/v1 Scale of an object. */
export function scaleOf(object: KubeObject, paths: ScalePaths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector = paths.labelSelectorPath ? selectorText(read(object, paths.labelSelectorPath)) : ''
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(read(object, paths.specReplicasPath) ?? 0) },
    status: {
      replicas: Number(read(object, paths.statusReplicasPath) ?? 0),
      ...(selector ? { selector } : {}),
    },
  }
}

/** The object with the replicas of a Scale. */
export function withScale(object: KubeObject, scale: KubeObject, paths: ScalePaths): KubeObject {
  const replicas = Number(fieldsOf(scale.spec).replicas ?? 0)
  const set = (value: unknown, [step, ...rest]: string[]): unknown =>
    step === undefined ? replicas : { ...fieldsOf(value), [step]: set(fieldsOf(value)[step], rest) }
  return set(object, stepsOf(paths.specReplicasPath)) as KubeObject
}
