import { within } from '@berth/platform/deadline'
import { isNotFound } from '@berth/platform/kube'
import { CoordinationV1Api, type KubeConfig, type V1Lease, V1MicroTime } from '@kubernetes/client-node'
import { electionTiming, type LeaseRecord, type LeaseStore } from './election.ts'

/** A request that hangs must not keep the leader from noticing that its time is over. */
const requestWithinMs = 4_000

/** The Lease object (coordination.k8s.io/v1) that the operator's replicas elect their leader by. */
export function createLeaseStore(kubeConfig: KubeConfig, namespace: string, name: string): LeaseStore {
  const api = kubeConfig.makeApiClient(CoordinationV1Api)

  function body(holder: string, previous?: LeaseRecord): V1Lease {
    const changesHands = previous !== undefined && previous.holder !== holder
    const now = new V1MicroTime()
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace, resourceVersion: previous?.version },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: electionTiming.durationMs / 1000,
        renewTime: now,
        acquireTime: changesHands || !previous?.acquiredAt ? now : new V1MicroTime(previous.acquiredAt),
        leaseTransitions: (previous?.transitions ?? 0) + (changesHands && holder !== '' ? 1 : 0),
      },
    }
  }

  return {
    async read() {
      try {
        return recordOf(await ask(api.readNamespacedLease({ namespace, name })))
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    async create(holder) {
      return recordOf(await ask(api.createNamespacedLease({ namespace, body: body(holder) })))
    },
    async replace(previous, holder) {
      return recordOf(
        await ask(api.replaceNamespacedLease({ namespace, name, body: body(holder, previous) })),
      )
    },
  }
}

function recordOf(lease: V1Lease): LeaseRecord {
  return {
    holder: lease.spec?.holderIdentity ?? '',
    version: lease.metadata?.resourceVersion ?? '',
    transitions: lease.spec?.leaseTransitions ?? 0,
    acquiredAt: lease.spec?.acquireTime,
  }
}

const ask = <T>(request: Promise<T>) => within(requestWithinMs, request, 'A request for the lease')
