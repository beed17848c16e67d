import { randomUUID } from 'node:crypto'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { V1MutatingWebhook, V1ValidatingWebhook } from '@kubernetes/client-node'
import type { Caller } from './caller.ts'
import { ApiError, internal } from './errors.ts'
import { clone, type Fields, fieldsOf, type KubeObject } from './objects.ts'
import { applyJsonPatch } from './patch.ts'
import { kindOf, mutatingWebhooks, namespaces, type Resource, validatingWebhooks } from './resources.ts'
import { matchesSelector } from './selectors.ts'
import type { Store } from './store.ts'

type Webhook = V1ValidatingWebhook | V1MutatingWebhook

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

function matchesRules(hook: Webhook, { resource, subresource, operation }: Attempt): boolean {
  const has = (list: string[] | undefined, value: string): boolean =>
    list?.some((item) => item === '*' || item === value) ?? false
  return (hook.rules ?? []).some(
    ({ apiGroups, apiVersions, operations, resources }) =>
      has(apiGroups, resource.group) &&
      has(apiVersions, resource.version) &&
      has(operations, operation) &&
      resources?.some((pattern) => matchesResource(pattern, resource.plural, subresource)),
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
    const namespace = store.get(kindOf(namespaces), undefined, attempt.namespace ?? '')
    if (namespace && !matchesSelector(hook.namespaceSelector ?? {}, namespace.metadata.labels)) return false
    return [attempt.object, attempt.old].some(
      (object) => object && matchesSelector(hook.objectSelector ?? {}, object.metadata.labels),
    )
  }
  const hooksOf = (kind: Resource, attempt: Attempt): Webhook[] => {
    if (attempt.resource.group === 'admissionregistration.k8s.io') return []
    return store
      .list(kindOf(kind))
      .flatMap(({ webhooks }) => (webhooks ?? []) as Webhook[])
      .filter((hook) => matches(hook, attempt))
  }

  const review = async (hook: Webhook, attempt: Attempt, caller: Caller): Promise<Fields | undefined> => {
    const { resource, subresource, operation, namespace, name } = attempt
    const uid = randomUUID()
    const ofScale = { group: 'autoscaling', version: 'v1', kind: 'Scale' }
    const { group, version, kind } = subresource === 'scale' ? ofScale : resource
    const asked = {
      uid,
      kind: { group, version, kind },
      resource: { group: resource.group, version: resource.version, resource: resource.plural },
      subResource: subresource,
      name,
      namespace,
      operation,
      userInfo: caller.user,
      object: attempt.object ?? null,
      oldObject: attempt.old ?? null,
      dryRun: false,
      options: {},
    }
    try {
      const body = JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: asked,
      })
      const { response } = fieldsOf(await post(hook, body))
      if (fieldsOf(response).uid !== uid) throw new Error(`expected response.uid="${uid}"`)
      return fieldsOf(response)
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

function post({ clientConfig, timeoutSeconds = 10 }: Webhook, body: string): Promise<unknown> {
  const { url, caBundle = '' } = clientConfig
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`Post "${url}": ${why}`))
    if (!url) return fail('only webhooks by url are modelled by the pocket cluster (LIMITS.md)')
    const options = {
      method: 'POST',
      agent: false,
      ca: Buffer.from(caBundle, 'base64'),
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }
    const call = request(url, options, async (response) => {
      try {
        const answer = await text(response)
        if (response.statusCode === 200) resolve(JSON.parse(answer))
        else fail(`the server answered ${response.statusCode}`)
      } catch (error) {
        fail(`the answer cannot be read: ${error instanceof Error ? error.message : String(error)}`)
      }
    })
    // A signal that was aborted says only that.
    call.on('error', (error) => fail(options.signal.aborted ? 'context deadline exceeded' : error.message))
    call.end(body)
  })
}
