import type { V1EnvVar, V1SecretKeySelector } from '@kubernetes/client-node'
import type { Container, KubeObject, Pod } from '../objects.ts'
import { dataOf, type Lookups } from './sources.ts'

/** The downward API: a field of the pod as text. Throws for a path that it does not offer. */
export function fieldText(pod: Pod, path: string): string {
  const { metadata, spec, status } = pod
  const texts: Record<string, string> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName ?? '',
    'status.podIP': status?.podIP ?? '',
  }
  const text = texts[path]
  if (text === undefined) throw new Error(`unsupported fieldPath: ${path}`)
  return text
}

/** `$(NAME)` from what is known so far; `$$(NAME)` is an escape; unknown names stay. */
export function expand(text: string, known: Record<string, string>): string {
  return text.replaceAll(/\$\$|\$\(([A-Za-z_.-][\w.-]*)\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (known[name ?? ''] ?? whole),
  )
}

function keyText(
  object: KubeObject | undefined,
  what: string,
  { key, optional }: V1SecretKeySelector,
): string | undefined {
  const value = object && dataOf(object).get(key)
  if (value || optional) return value?.toString()
  throw new Error(object ? `couldn't find key ${key} in ${what}` : `${what} not found`)
}

/** The variables that the pod's spec gives a container; throws the message of a CreateContainerConfigError. */
export function podVariables(pod: Pod, container: Container, lookups: Lookups): Record<string, string> {
  const result: Record<string, string> = {}
  for (const { prefix = '', secretRef, configMapRef } of container.envFrom ?? []) {
    const { name = '', optional } = secretRef ?? configMapRef ?? {}
    const object = secretRef ? lookups.secret(name) : lookups.configMap(name)
    if (!object && !optional) throw new Error(`${secretRef ? 'secret' : 'configmap'} "${name}" not found`)
    if (object) for (const [key, value] of dataOf(object)) result[prefix + key] = value.toString()
  }
  // What `$(NAME)` in a value stands for: envFrom has no part in it.
  const own: Record<string, string> = {}
  const resolved = ({ value, valueFrom }: V1EnvVar): string | undefined => {
    if (!valueFrom) return expand(value ?? '', own)
    const { fieldRef, secretKeyRef, configMapKeyRef } = valueFrom
    if (fieldRef) return fieldText(pod, fieldRef.fieldPath)
    if (secretKeyRef) {
      const { name = '' } = secretKeyRef
      return keyText(lookups.secret(name), `secret "${name}"`, secretKeyRef)
    }
    if (!configMapKeyRef) throw new Error('this valueFrom is not modelled by the pocket cluster (LIMITS.md)')
    const { name = '' } = configMapKeyRef
    return keyText(lookups.configMap(name), `configmap "${name}"`, configMapKeyRef)
  }
  for (const variable of container.env ?? []) {
    const value = resolved(variable)
    if (value !== undefined) own[variable.name] = value
  }
  return { ...result, ...own }
}
