import { runDefinitions } from './crds.ts'
import type { Deletes } from './deletes.ts'
import { runDeployments } from './deployments.ts'
import { runEndpoints } from './endpoints.ts'
import { runGarbage } from './garbage.ts'
import { runNamespaces } from './namespaces.ts'
import type { Recorder } from './recorder.ts'
import { runReplicaSets } from './replicasets.ts'
import type { Catalog } from './resources.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

export interface Controllers {
  stop(): void
}

/** Everything that reconciles, apart from the kubelet. Custom kinds are served when this resolves. */
export async function runControllers(
  store: Store,
  catalog: Catalog,
  writes: Writes,
  deletes: Deletes,
  recorder: Recorder,
  failed: (error: unknown, key: string) => void,
): Promise<Controllers> {
  const parts = [
    runDefinitions(store, catalog, writes, deletes, failed),
    await runNamespaces(store, catalog, writes, deletes, failed),
    runGarbage(store, catalog, writes, deletes, failed),
    runReplicaSets(store, writes, deletes, recorder, failed),
    runDeployments(store, writes, deletes, recorder, failed),
    runEndpoints(store, writes, failed),
  ]
  return {
    stop() {
      for (const part of parts) part.stop()
    },
  }
}
