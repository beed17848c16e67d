import {
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  Watch,
} from '@kubernetes/client-node'
import { createTimeline, type Timeline } from './timeline.ts'

/** One line of a watch of the Kubernetes API. */
export interface WatchEvent<T> {
  type: string
  object: T
}

export interface WatchOptions<T extends KubernetesObject> {
  path: string
  labelSelector?: string
  /** Lists the same collection: the watch begins where the list ends. */
  list(): Promise<KubernetesListObject<T>>
}

/** What happened in the cluster since the call, as it arrived here. */
export interface ClusterWatch<T> {
  timeline: Timeline<WatchEvent<T>>
  stop(): void
}

/** Watches a collection without a gap: when the API ends the connection, from the last version that was seen. */
export async function watchCluster<T extends KubernetesObject>(
  config: KubeConfig,
  { path, labelSelector, list }: WatchOptions<T>,
): Promise<ClusterWatch<T>> {
  const timeline = createTimeline<WatchEvent<T>>()
  const watch = new Watch(config)
  let resourceVersion = (await list()).metadata?.resourceVersion
  let connection: AbortController | undefined
  let stopped = false

  function next(type: string, object: T): void {
    if (type === 'ERROR') {
      timeline.fail(new Error(`The watch of ${path} broke: ${JSON.stringify(object)}`))
      return
    }
    resourceVersion = object.metadata?.resourceVersion ?? resourceVersion
    if (type !== 'BOOKMARK') timeline.add({ type, object })
  }

  async function connect(): Promise<void> {
    const query = { resourceVersion, labelSelector, allowWatchBookmarks: true }
    connection = await watch.watch(path, query, next, (error: unknown) => {
      if (stopped) return
      // The client ends a silent watch after 30 s (TimeoutError), the API after minutes.
      const expected = !error || (error instanceof Error && error.name === 'TimeoutError')
      if (expected) connect().catch(lost)
      else lost(error)
    })
  }
  const lost = (error: unknown) =>
    timeline.fail(new Error(`The watch of ${path} is lost: ${error}`, { cause: error }))

  await connect()
  return {
    timeline,
    stop() {
      stopped = true
      connection?.abort()
    },
  }
}
