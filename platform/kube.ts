import {
  ApiException,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
  type RequestContext,
} from '@kubernetes/client-node'
import type { Log } from './log.ts'

/** How long a request may take, to the last byte of its answer. A watch lasts, and ends by itself when it is silent. */
export const requestWithinMs = 10_000

/** The client has no limit of its own but undici's five minutes, and an API server that hangs would hold its callers. */
class BoundedKubeConfig extends KubeConfig {
  readonly #check: () => void
  #dispatcher: ReturnType<RequestContext['getDispatcher']>

  constructor(check: () => void) {
    super()
    this.#check = check
  }

  /** Called before each request; a watch takes the headers and the dispatcher from the context. */
  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context)
    // The client makes a dispatcher, and so a connection with a TLS handshake, for each request; one keeps them.
    this.#dispatcher ??= context.getDispatcher()
    if (this.#dispatcher) context.setDispatcher(this.#dispatcher)
    context.setSignal(AbortSignal.timeout(requestWithinMs))
    this.#check()
  }
}

/**
 * The kubeconfig that `KUBECONFIG` names, or the pod's own service account inside a cluster.
 * @param check called before each request, which is not sent when it throws
 */
export function loadKubeConfig(check: () => void = () => undefined): KubeConfig {
  const config = new BoundedKubeConfig(check)
  config.loadFromDefault()
  return config
}

/** The API took longer than a request may take; what was asked for may yet happen. */
export const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError'

/** What the Kubernetes API said, of its `Status` object (API conventions, "Response Status Kind"). */
export interface KubeStatus {
  code: number
  reason: string
  message: string
}

/** The API's answer behind an error, or undefined when the error is of another kind, such as a broken connection. */
export function statusOf(error: unknown): KubeStatus | undefined {
  if (!(error instanceof ApiException)) return undefined
  const body = parseBody(error.body)
  return {
    code: error.code,
    reason: typeof body.reason === 'string' ? body.reason : 'Unknown',
    message: typeof body.message === 'string' ? body.message : `The Kubernetes API answered ${error.code}.`,
  }
}

function parseBody(body: unknown): Record<string, unknown> {
  let parsed = body
  if (typeof body === 'string') {
    try {
      parsed = JSON.parse(body)
    } catch {
      return { message: body }
    }
  }
  return parsed !== null && typeof parsed === 'object' ? { ...parsed } : {}
}

export const isNotFound = (error: unknown) => statusOf(error)?.code === 404

/** A write that came too late: another one changed the object first. */
export const isConflict = (error: unknown) => {
  const status = statusOf(error)
  return status?.code === 409 && status.reason !== 'AlreadyExists'
}

export const isAlreadyExists = (error: unknown) => statusOf(error)?.reason === 'AlreadyExists'

export interface InformerOptions<T extends KubernetesObject> {
  kubeConfig: KubeConfig
  /** The collection's path, such as `/apis/berth.dev/v1alpha1/modelserves`. */
  path: string
  /** Lists the same collection, with the same selector. */
  list(): Promise<KubernetesListObject<T>>
  labelSelector?: string
  onChange(type: 'added' | 'updated' | 'deleted', object: T): void
  log: Log
}

export interface Informer<T> {
  get(namespace: string, name: string): T | undefined
  list(): readonly T[]
  /** Resolves when the first list has arrived. */
  synced: Promise<void>
  /** Whether the first list has arrived. */
  isSynced(): boolean
  stop(): Promise<void>
}

/**
 * Keeps a copy of a collection by list and watch, for ever: whatever breaks, it connects again with a pause that grows
 * from 100 ms to 5 s, and lists again when the API no longer has the changes in between (410 Gone).
 */
export function startInformer<T extends KubernetesObject>(options: InformerOptions<T>): Informer<T> {
  const { kubeConfig, path, labelSelector, onChange, log } = options
  let pause = 100
  let stopped = false
  let hasSynced = false
  let retry: NodeJS.Timeout | undefined
  const { promise: synced, resolve: markSynced } = Promise.withResolvers<void>()

  async function list(): Promise<KubernetesListObject<T>> {
    const found = await options.list()
    // The informer stores the items after this returns; whoever waits must see them.
    setImmediate(() => {
      hasSynced = true
      pause = 100
      markSynced()
    })
    return found
  }

  const informer = makeInformer<T>(kubeConfig, path, list, labelSelector)
  const tell = (type: 'added' | 'updated' | 'deleted') => (object: T) => {
    // It works: the next break is the first one again.
    pause = 100
    onChange(type, object)
  }
  informer.on('add', tell('added'))
  informer.on('update', tell('updated'))
  informer.on('delete', tell('deleted'))
  informer.on('error', (error: unknown) => {
    if (stopped || retry) return
    log.debug({ err: error, path }, 'a watch broke; connecting again')
    retry = setTimeout(start, pause)
    pause = Math.min(pause * 2, 5_000)
  })

  function start(): void {
    retry = undefined
    informer.start().catch((error: unknown) => log.error({ err: error, path }, 'a watch could not start'))
  }

  start()
  return {
    get: (namespace, name) => informer.get(name, namespace),
    list: () => informer.list(),
    synced,
    isSynced: () => hasSynced,
    async stop() {
      stopped = true
      clearTimeout(retry)
      await informer.stop()
    },
  }
}
