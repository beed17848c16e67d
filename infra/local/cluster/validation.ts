import { type Cause, invalid } from './errors.ts'
import {
  type Container,
  clone,
  type Deployment,
  type Fields,
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
  if (resource.group === 'rbac.authorization.k8s.io')
    return /[/%]/.test(name) ? [wrong('metadata.name', name, "may not contain '/' or '%'")] : []
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

function containerCauses(containers: Container[], volumes: Set<string>, path: string): Cause[] {
  const seen = new Set<string>()
  return containers.flatMap((container, i) => {
    const at = `${path}[${i}]`
    const causes: Cause[] = []
    if (!container.name) causes.push(required(`${at}.name`))
    else if (!label.test(container.name))
      causes.push(wrong(`${at}.name`, container.name, 'must be a DNS label'))
    else if (seen.has(container.name))
      causes.push({
        reason: 'FieldValueDuplicate',
        field: `${at}.name`,
        message: `Duplicate value: "${container.name}"`,
      })
    seen.add(container.name)
    if (!container.image) causes.push(required(`${at}.image`))
    for (const [j, mount] of (container.volumeMounts ?? []).entries())
      if (!volumes.has(mount.name))
        causes.push({
          reason: 'FieldValueNotFound',
          field: `${at}.volumeMounts[${j}].name`,
          message: `Not found: "${mount.name}"`,
        })
    return causes
  })
}

function podCauses(spec: PodSpec | undefined, path: string): Cause[] {
  if (!spec?.containers?.length) return [required(`${path}.containers`)]
  const volumes = new Set((spec.volumes ?? []).map((volume) => volume.name))
  return [
    ...containerCauses(spec.initContainers ?? [], volumes, `${path}.initContainers`),
    ...containerCauses(spec.containers, volumes, `${path}.containers`),
  ]
}

function workloadCauses(object: ReplicaSet | Deployment, old: KubeObject | undefined): Cause[] {
  const { spec } = object
  if (!spec) return [required('spec')]
  if (!spec.selector) return [required('spec.selector')]
  const causes = podCauses(spec.template?.spec, 'spec.template.spec')
  if (!Number.isInteger(spec.replicas) || spec.replicas < 0)
    causes.push(wrong('spec.replicas', spec.replicas, 'must be greater than or equal to 0'))
  if (!matchesSelector(spec.selector, spec.template?.metadata?.labels))
    causes.push(
      wrong(
        'spec.template.metadata.labels',
        spec.template?.metadata?.labels ?? {},
        '`selector` does not match template `labels`',
      ),
    )
  if (old && !same(fieldsOf(old.spec).selector, spec.selector))
    causes.push(wrong('spec.selector', spec.selector, 'field is immutable'))
  return causes
}

/** What a pod's spec may change: images and deadlines. */
function frozenPodSpec(spec: PodSpec): Fields {
  const copy = clone(spec)
  for (const container of [...copy.containers, ...(copy.initContainers ?? [])]) container.image = ''
  const {
    activeDeadlineSeconds: _a,
    tolerations: _t,
    terminationGracePeriodSeconds: _g,
    nodeName: _n,
    ...rest
  } = copy
  return rest
}

const checks: Record<string, (object: KubeObject, old: KubeObject | undefined) => Cause[]> = {
  Pod(object, old) {
    const { spec } = object as Pod
    const causes = podCauses(spec, 'spec')
    if (causes.length > 0 || !old || same(frozenPodSpec(spec), frozenPodSpec((old as Pod).spec)))
      return causes
    const message =
      'Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds`, `spec.tolerations` (only additions to existing tolerations), `spec.terminationGracePeriodSeconds`'
    return [{ reason: 'FieldValueForbidden', field: 'spec', message }]
  },
  ReplicaSet: (object, old) => workloadCauses(object as ReplicaSet, old),
  Deployment: (object, old) => workloadCauses(object as Deployment, old),
  Service(object) {
    const { spec } = object as Service
    if (!spec) return [required('spec')]
    const headless = spec.clusterIP === 'None' || spec.type === 'ExternalName'
    return headless || spec.ports?.length ? [] : [required('spec.ports')]
  },
  Secret(object, old) {
    const changed = old?.immutable === true && !same(old.data, object.data)
    return changed ? [wrong('data', '', 'field is immutable when `immutable` is set')] : []
  },
  CustomResourceDefinition(object) {
    const spec = fieldsOf(object.spec)
    const names = fieldsOf(spec.names)
    const causes: Cause[] = []
    for (const field of ['group', 'scope']) if (!spec[field]) causes.push(required(`spec.${field}`))
    for (const field of ['plural', 'kind']) if (!names[field]) causes.push(required(`spec.names.${field}`))
    if (!Array.isArray(spec.versions) || spec.versions.length === 0) causes.push(required('spec.versions'))
    const expected = `${String(names.plural)}.${String(spec.group)}`
    if (object.metadata.name !== expected)
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
