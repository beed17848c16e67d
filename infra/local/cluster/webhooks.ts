import { randomUUID } from 'node:crypto'
import { request as httpsRequest } from 'node:https'
import type { Caller } from './caller.ts'
import { ApiError, internal } from './errors.ts'
import { clone, type Fields, fieldsOf, type KubeObject, type LabelSelector, type Service } from './objects.ts'
import { applyJsonPatch } from './patch.ts'
import {
  endpointSlices,
  kindOf,
  mutatingWebhooks,
  namespaces,
  type Resource,
  services,
  validatingWebhooks,
} from './resources.ts'
import { matchesSelector } from './selectors.ts'
import type { Store } from './store.ts'

/** admissionregistration.k8s.io/v1, a webhook of either configuration kind. */
interface Webhook {
  name: string
  clientConfig: {
    url?: string
    caBundle?: string
    service?: { namespace: string; name: string; path?: string; port?: number }
  }
  rules?: {
    apiGroups: string[]
    apiVersions: string[]
    resources: string[]
    operations: string[]
    scope?: string
  }[]
  failurePolicy?: string
  timeoutSeconds?: number
  namespaceSelector?: LabelSelector
  objectSelector?: LabelSelector
}

/** One write on its way through admission. */
export interface Attempt {
  resource: Resource
  subresource: string | undefined
  operation: 'CREATE' | 'UPDATE' | 'DELETE'
  namespace: string | undefined
  name: string
  object: KubeObject | undefined
  old: KubeObject | undefined
}

/** A pattern is `resource` or `resource/subresource`; a bare `*` does not reach subresources. */
function matchesResource(pattern: string, plural: string, subresource: string | undefined): boolean {
  const [resource, sub] = pattern.split('/')
  if (resource !== '*' && resource !== plural) return false
  return sub === '*' || sub === subresource
}

function matchesRules(hook: Webhook, { resource, subresource, operation, namespace }: Attempt): boolean {
  const has = (list: string[], value: string): boolean => list.includes('*') || list.includes(value)
  return (hook.rules ?? []).some(
    (rule) =>
      has(rule.apiGroups, resource.group) &&
      has(rule.apiVersions, resource.version) &&
      has(rule.operations, operation) &&
      rule.resources.some((pattern) => matchesResource(pattern, resource.plural, subresource)) &&
      (!rule.scope || rule.scope === '*' || (rule.scope === 'Namespaced') === Boolean(namespace)),
  )
}

export interface Admission {
  /** Runs the mutating, then the validating webhooks that match; answers the object to store. */
  mutate(attempt: Attempt, caller: Caller): Promise<KubeObject | undefined>
  validate(attempt: Attempt, caller: Caller): Promise<void>
}

export function createAdmission(store: Store): Admission {
  const matches = (hook: Webhook, attempt: Attempt): boolean => {
    if (!matchesRules(hook, attempt)) return false
    const ofNamespace =
      attempt.resource.kind === 'Namespace'
        ? (attempt.object ?? attempt.old)?.metadata.labels
        : store.get(kindOf(namespaces), undefined, attempt.namespace ?? '')?.metadata.labels
    if (attempt.namespace && !matchesSelector(hook.namespaceSelector ?? {}, ofNamespace)) return false
    const selector = hook.objectSelector ?? {}
    return [attempt.object, attempt.old].some(
      (object) => object && matchesSelector(selector, object.metadata.labels),
    )
  }
  const hooksOf = (kind: Resource, attempt: Attempt): Webhook[] => {
    if (attempt.resource.group === 'admissionregistration.k8s.io') return []
    return store
      .list(kindOf(kind))
      .flatMap(
        (configuration) => (Array.isArray(configuration.webhooks) ? configuration.webhooks : []) as Webhook[],
      )
      .filter((hook) => matches(hook, attempt))
  }

  const addressOf = ({ clientConfig }: Webhook): { url: URL; servername: string } => {
    if (clientConfig.url) {
      const url = new URL(clientConfig.url)
      return { url, servername: url.hostname }
    }
    const { namespace = '', name = '', path = '/', port = 443 } = clientConfig.service ?? {}
    const service = store.get(kindOf(services), namespace, name) as Service | undefined
    const slice = store
      .list(kindOf(endpointSlices), namespace)
      .find((item) => item.metadata.labels?.['kubernetes.io/service-name'] === name)
    const endpoints = (Array.isArray(slice?.endpoints) ? slice.endpoints : []).map(fieldsOf)
    const ready = endpoints.find((endpoint) => fieldsOf(endpoint.conditions).ready === true)
    const address = Array.isArray(ready?.addresses) ? String(ready.addresses[0]) : undefined
    if (!service || !address) throw new Error(`no endpoints available for service "${name}"`)
    const index = service.spec.ports?.findIndex((item) => item.port === port) ?? -1
    const target = Array.isArray(slice?.ports) ? fieldsOf(slice.ports[index]).port : undefined
    return {
      url: new URL(path, `https://${address}:${Number(target ?? port)}`),
      servername: `${name}.${namespace}.svc`,
    }
  }

  const review = async (hook: Webhook, attempt: Attempt, caller: Caller): Promise<Fields | undefined> => {
    const { resource, subresource, operation, namespace, name } = attempt
    const uid = randomUUID()
    const gvk = subresource === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : resource
    const { group, version, kind } = gvk
    const gvr = { group: resource.group, version: resource.version, resource: resource.plural }
    const request = {
      uid,
      kind: { group, version, kind },
      resource: gvr,
      requestKind: { group, version, kind },
      requestResource: gvr,
      ...(subresource ? { subResource: subresource, requestSubResource: subresource } : {}),
      name,
      ...(namespace ? { namespace } : {}),
      operation,
      userInfo: caller.user,
      object: attempt.object ?? null,
      oldObject: attempt.old ?? null,
      dryRun: caller.dryRun,
      options: {},
    }
    try {
      const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request })
      const { url, servername } = addressOf(hook)
      const ca = hook.clientConfig.caBundle ? Buffer.from(hook.clientConfig.caBundle, 'base64') : undefined
      const answer = fieldsOf(await post(url, body, ca, servername, (hook.timeoutSeconds ?? 10) * 1000))
      const response = fieldsOf(answer.response)
      if (response.uid !== uid) throw new Error(`expected response.uid="${uid}"`)
      return response
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (hook.failurePolicy === 'Ignore') return undefined
      throw internal(`failed calling webhook "${hook.name}": failed to call webhook: ${why}`)
    }
  }
  const denyOrWarn = (hook: Webhook, response: Fields, caller: Caller): void => {
    for (const warning of Array.isArray(response.warnings) ? response.warnings : [])
      caller.warn(String(warning))
    if (response.allowed === true) return
    const status = fieldsOf(response.status)
    const why = status.message ?? status.reason
    const told = `admission webhook "${hook.name}" denied the request${why ? `: ${String(why)}` : ' without explanation'}`
    throw new ApiError(Number(status.code ?? 403) || 403, String(status.reason ?? 'Forbidden'), told)
  }

  return {
    async mutate(attempt, caller) {
      let { object } = attempt
      for (const hook of hooksOf(mutatingWebhooks, attempt)) {
        const response = await review(hook, { ...attempt, object }, caller)
        if (!response) continue
        denyOrWarn(hook, response, caller)
        if (typeof response.patch !== 'string' || !object) continue
        const operations: unknown = JSON.parse(Buffer.from(response.patch, 'base64').toString())
        object = applyJsonPatch(clone(object), operations) as KubeObject
      }
      return object
    },
    async validate(attempt, caller) {
      const hooks = hooksOf(validatingWebhooks, attempt)
      await Promise.all(
        hooks.map(async (hook) => {
          const response = await review(hook, attempt, caller)
          if (response) denyOrWarn(hook, response, caller)
        }),
      )
    },
  }
}

const callName = (attempt: { url: URL }): string => `Post "${attempt.url.href}"`

function post(
  url: URL,
  body: string,
  ca: Buffer | undefined,
  servername: string,
  timeout: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${callName({ url })}: ${why}`))
    const numeric = /^[\d.]+$|:/.test(servername)
    const call = httpsRequest(
      url,
      {
        method: 'POST',
        agent: false,
        ca,
        ...(numeric ? {} : { servername }),
        signal: AbortSignal.timeout(timeout),
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', (error) => fail(error.message))
        response.on('end', () => {
          if (response.statusCode !== 200) return fail(`the server answered ${response.statusCode}`)
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString()))
          } catch {
            fail('the answer is not JSON')
          }
        })
      },
    )
    call.on('error', (error) =>
      fail(error.name === 'AbortError' ? 'context deadline exceeded' : error.message),
    )
    call.end(body)
  })
}
