import { availableParallelism, totalmem } from 'node:os'
import { parseQuantity } from '@berth/platform/quantity'
import type { Container, EnvVar, KubeObject, Pod } from '../objects.ts'
import { dataOf, type Lookups } from './sources.ts'

/** The downward API: a field of the pod as text. Throws for a path that it does not offer. */
export function fieldText(pod: Pod, path: string): string {
  const { metadata, spec, status } = pod
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path)
  if (keyed) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? ''
  const lines = (map: Record<string, string> = {}): string =>
    Object.entries(map)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join('\n')
  const texts: Record<string, string> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'metadata.uid': metadata.uid,
    'metadata.labels': lines(metadata.labels),
    'metadata.annotations': lines(metadata.annotations),
    'spec.nodeName': spec.nodeName ?? '',
    'spec.serviceAccountName': String(spec.serviceAccountName ?? 'default'),
    'status.podIP': status?.podIP ?? '',
    'status.podIPs': status?.podIP ?? '',
    'status.hostIP': status?.hostIP ?? '127.0.0.1',
  }
  const text = texts[path]
  if (text === undefined) throw new Error(`unsupported fieldPath: ${path}`)
  return text
}

/** limits.cpu (in whole cores, rounded up) or limits.memory (in bytes), the machine's own where there is no limit. */
function resourceText(
  pod: Pod,
  container: Container,
  resource: string,
  of: string | undefined,
  divisor: string,
): string {
  const named = pod.spec.containers.find((item) => item.name === of) ?? container
  const [kind, name = ''] = resource.split('.')
  const given = kind === 'limits' ? named.resources?.limits?.[name] : named.resources?.requests?.[name]
  const machine = kind !== 'limits' ? 0 : name === 'cpu' ? availableParallelism() : totalmem()
  const unit = parseQuantity(divisor) || 1
  return String(Math.ceil((parseQuantity(given ?? '') ?? machine) / unit))
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
  key: string,
  optional: boolean,
): string | undefined {
  if (!object) {
    if (optional) return undefined
    throw new Error(`${what} not found`)
  }
  const value = dataOf(object).get(key)
  if (value) return value.toString()
  if (optional) return undefined
  throw new Error(`couldn't find key ${key} in ${what}`)
}

/** The variables that the pod's spec gives a container; throws the message of a CreateContainerConfigError. */
export function podVariables(pod: Pod, container: Container, lookups: Lookups): Record<string, string> {
  const result: Record<string, string> = {}
  for (const { prefix = '', secretRef, configMapRef } of container.envFrom ?? []) {
    const ref = secretRef ?? configMapRef
    const object = secretRef ? lookups.secret(secretRef.name) : lookups.configMap(configMapRef?.name ?? '')
    if (!object && !ref?.optional)
      throw new Error(`${secretRef ? 'secret' : 'configmap'} "${ref?.name}" not found`)
    if (object) for (const [key, value] of dataOf(object)) result[prefix + key] = value.toString()
  }
  const resolved = ({ value, valueFrom }: EnvVar): string | undefined => {
    if (!valueFrom) return expand(value ?? '', result)
    const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom
    if (fieldRef) return fieldText(pod, fieldRef.fieldPath)
    if (resourceFieldRef) {
      const { resource, containerName, divisor = '1' } = resourceFieldRef
      return resourceText(pod, container, resource, containerName, divisor)
    }
    if (secretKeyRef) {
      const { name, key, optional = false } = secretKeyRef
      return keyText(lookups.secret(name), `secret "${name}"`, key, optional)
    }
    if (!configMapKeyRef) return undefined
    const { name, key, optional = false } = configMapKeyRef
    return keyText(lookups.configMap(name), `configmap "${name}"`, key, optional)
  }
  for (const variable of container.env ?? []) {
    const value = resolved(variable)
    if (value !== undefined) result[variable.name] = value
  }
  return result
}
