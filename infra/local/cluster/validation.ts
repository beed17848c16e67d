import { type Cause, invalid } from './errors.ts'
import {
  type Deployment,
  fieldsOf,
  type KubeObject,
  type Pod,
  type PodSpec,
  type ReplicaSet,
  type Service,
  same,
} from './objects.ts'
import type { Resource } from './resources.ts'
import { schemaCauses } from './schemas.ts'
import { matchesSelector } from './selectors.ts'

const required = (field: string): Cause => ({
  reason: 'FieldValueRequired',
  field,
  message: 'Required value',
})
const wrong = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
})

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

function nameCauses(resource: Resource, name: string): Cause[] {
  const strict = resource.kind === 'Service' || resource.kind === 'Namespace'
  const limit = strict ? 63 : 253
  if (name.length > limit) return [wrong('metadata.name', name, `must be no more than ${limit} characters`)]
  if ((strict ? label : subdomain).test(name)) return []
  const what = strict ? 'RFC 1123 label' : 'RFC 1123 subdomain'
  return [
    wrong(
      'metadata.name',
      name,
      `a lowercase ${what} must consist of lower case alphanumeric characters, '-'${strict ? '' : " or '.'"}, and must start and end with an alphanumeric character`,
    ),
  ]
}

function podCauses(spec: PodSpec | undefined, path: string): Cause[] {
  if (!spec?.containers?.length) return [required(`${path}.containers`)]
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ name, image }, i) => {
      const place = `${path}.${list}[${i}]`
      const causes = label.test(name ?? '') ? [] : [wrong(`${place}.name`, name, 'must be a DNS label')]
      return image ? causes : [...causes, required(`${place}.image`)]
    }),
  )
}

function workloadCauses({ spec }: ReplicaSet | Deployment, old: KubeObject | undefined): Cause[] {
  if (!spec?.selector) return [required('spec.selector')]
  const causes = podCauses(spec.template?.spec, 'spec.template.spec')
  if (!Number.isInteger(spec.replicas) || spec.replicas < 0)
    causes.push(wrong('spec.replicas', spec.replicas, 'must be greater than or equal to 0'))
  const { labels } = spec.template?.metadata ?? {}
  if (!matchesSelector(spec.selector, labels)) {
    const why = '`selector` does not match template `labels`'
    causes.push(wrong('spec.template.metadata.labels', labels ?? {}, why))
  }
  if (old && !same(fieldsOf(old.spec).selector, spec.selector))
    causes.push(wrong('spec.selector', spec.selector, 'field is immutable'))
  return causes
}

const checks: Record<string, (object: KubeObject, old: KubeObject | undefined) => Cause[]> = {
  Pod: (object) => podCauses((object as Pod).spec, 'spec'),
  ReplicaSet: (object, old) => workloadCauses(object as ReplicaSet, old),
  Deployment: (object, old) => workloadCauses(object as Deployment, old),
  Service: (object) => ((object as Service).spec?.ports?.length ? [] : [required('spec.ports')]),
  CustomResourceDefinition(object) {
    const spec = fieldsOf(object.spec)
    const { plural, kind } = fieldsOf(spec.names)
    const needed = { group: spec.group, scope: spec.scope, 'names.plural': plural, 'names.kind': kind }
    const causes = Object.entries(needed).flatMap(([field, value]) =>
      value ? [] : [required(`spec.${field}`)],
    )
    if (!Array.isArray(spec.versions) || spec.versions.length === 0) causes.push(required('spec.versions'))
    if (object.metadata.name !== `${plural}.${spec.group}`)
      causes.push(wrong('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'))
    return causes
  },
}

/** Throws a 422 that names every fault of the object. */
export function validate(resource: Resource, object: KubeObject, old: KubeObject | undefined): void {
  const causes = old ? [] : nameCauses(resource, object.metadata.name)
  if (resource.custom) causes.push(...schemaCauses(object, resource.custom.schema))
  else causes.push(...(checks[resource.kind]?.(object, old) ?? []))
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes)
}
