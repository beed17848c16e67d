import { type Informer, startInformer } from '@berth/platform/kube'
import type { Log } from '@berth/platform/log'
import { apiVersion, group, plural, version } from '@berth/schema/modelserve.ts'
import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  type V1Deployment,
  type V1Pod,
  type V1Secret,
  type V1Service,
} from '@kubernetes/client-node'
import {
  childNames,
  childSelector,
  type Key,
  keyOf,
  type ModelServeResource,
  type Observed,
  ownerKeyOf,
} from '../modelserve/resource.ts'

export type Kind = 'ModelServe' | 'Deployment' | 'Service' | 'Secret' | 'Pod'

/** The cluster as the operator knows it: copies of what is ours, kept fresh by watches. */
export interface Caches {
  get(key: Key): ModelServeResource | undefined
  list(): readonly ModelServeResource[]
  observe(resource: ModelServeResource): Observed
  /** The pods made for the ModelServe of this key. */
  podsOf(key: Key): readonly V1Pod[]
  /** Resolves when everything has been listed once; before that an absence means nothing. */
  synced: Promise<unknown>
  isSynced(): boolean
  stop(): Promise<void>
}

export interface CachesOptions {
  kubeConfig: KubeConfig
  log: Log
  /** Something about the ModelServe of this key changed; `serverId` where the object tells it. */
  onChange(key: Key, kind: Kind, object: KubernetesObject, type: 'added' | 'updated' | 'deleted'): void
}

export function startCaches({ kubeConfig, log, onChange }: CachesOptions): Caches {
  const core = kubeConfig.makeApiClient(CoreV1Api)
  const apps = kubeConfig.makeApiClient(AppsV1Api)
  const custom = kubeConfig.makeApiClient(CustomObjectsApi)
  const ours = { labelSelector: childSelector }
  const pods = new Map<Key, Map<string, V1Pod>>()

  function children<T extends KubernetesObject>(
    kind: Kind,
    path: string,
    list: () => Promise<KubernetesListObject<T>>,
    before: (key: Key, object: T, type: 'added' | 'updated' | 'deleted') => void = () => undefined,
  ): Informer<T> {
    return startInformer<T>({
      kubeConfig,
      path,
      list,
      log,
      ...ours,
      onChange(type, object) {
        const key = ownerKeyOf(object)
        before(key, object, type)
        onChange(key, kind, object, type)
      },
    })
  }

  function index(key: Key, pod: V1Pod, type: 'added' | 'updated' | 'deleted'): void {
    const known = pods.get(key) ?? new Map<string, V1Pod>()
    if (type === 'deleted') known.delete(pod.metadata?.name ?? '')
    else known.set(pod.metadata?.name ?? '', pod)
    if (known.size > 0) pods.set(key, known)
    else pods.delete(key)
  }

  const modelServes = startInformer<ModelServeResource>({
    kubeConfig,
    path: `/apis/${apiVersion}/${plural}`,
    list: () => custom.listCustomObjectForAllNamespaces({ group, version, resourcePlural: plural }),
    log,
    onChange: (type, object) => onChange(keyOf(object.metadata), 'ModelServe', object, type),
  })
  const deployments = children<V1Deployment>('Deployment', '/apis/apps/v1/deployments', () =>
    apps.listDeploymentForAllNamespaces(ours),
  )
  const services = children<V1Service>('Service', '/api/v1/services', () =>
    core.listServiceForAllNamespaces(ours),
  )
  const secrets = children<V1Secret>('Secret', '/api/v1/secrets', () => core.listSecretForAllNamespaces(ours))
  const allPods = children<V1Pod>('Pod', '/api/v1/pods', () => core.listPodForAllNamespaces(ours), index)
  const informers = [modelServes, deployments, services, secrets, allPods]
  const podsOf = (key: Key) => [...(pods.get(key)?.values() ?? [])]

  return {
    get(key) {
      const [namespace = '', name = ''] = key.split('/')
      return modelServes.get(namespace, name)
    },
    list: () => modelServes.list(),
    observe(resource) {
      const { namespace } = resource.metadata
      const names = childNames(resource)
      return {
        deployment: deployments.get(namespace, names.deployment),
        service: services.get(namespace, names.service),
        secret: secrets.get(namespace, names.secret),
        pods: podsOf(keyOf(resource.metadata)),
      }
    },
    podsOf,
    synced: Promise.all(informers.map((informer) => informer.synced)),
    isSynced: () => informers.every((informer) => informer.isSynced()),
    async stop() {
      await Promise.all(informers.map((informer) => informer.stop()))
    },
  }
}
