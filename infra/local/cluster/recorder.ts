import { createHash, randomUUID } from 'node:crypto'
import { type KubeObject, timestamp } from './objects.ts'
import { events, kindOf, namespaces } from './resources.ts'
import type { Store } from './store.ts'

/** Writes core/v1 Events; the same event again only counts up, as a kubelet's does. */
export interface Recorder {
  record(
    component: string,
    about: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    fieldPath?: string,
  ): void
  stop(): void
}

const kept = 60 * 60 * 1000

/** An event that a full disk does not take stops nobody. */
function bestEffort(write: () => unknown): void {
  try {
    write()
  } catch {
    return
  }
}

export function createRecorder(store: Store): Recorder {
  const kind = kindOf(events)
  const names = new Map<string, string>()
  const forget = setInterval(() => {
    if (names.size > 10_000) names.clear()
    for (const event of store.list(kind))
      if (Date.parse(String(event.lastTimestamp ?? event.metadata.creationTimestamp)) < Date.now() - kept)
        bestEffort(() => store.remove(kind, event))
  }, 60_000)
  return {
    record(component, about, type, reason, message, fieldPath) {
      const { name, namespace = 'default', uid, resourceVersion } = about.metadata
      const home = store.get(kindOf(namespaces), undefined, namespace)
      if (!home || home.metadata.deletionTimestamp) return
      const hash = createHash('sha256')
        .update([uid, type, reason, message, fieldPath].join('\0'))
        .digest('hex')
      // Names rise with time, as a kubelet's do: kubectl describe shows events of one second in name order.
      const eventName =
        names.get(hash) ??
        `${name.slice(0, 200)}.${(BigInt(Date.now()) * 1_000_000n + BigInt(names.size % 1_000_000)).toString(16)}`
      names.set(hash, eventName)
      const now = timestamp()
      const known = store.get(kind, namespace, eventName)
      const event: KubeObject = known
        ? { ...known, count: Number(known.count ?? 1) + 1, lastTimestamp: now }
        : {
            kind: 'Event',
            apiVersion: 'v1',
            metadata: {
              name: eventName,
              namespace,
              uid: randomUUID(),
              resourceVersion: '',
              creationTimestamp: now,
            },
            involvedObject: {
              kind: about.kind,
              namespace,
              name,
              uid,
              apiVersion: about.apiVersion,
              resourceVersion,
              ...(fieldPath ? { fieldPath } : {}),
            },
            reason,
            message,
            source: { component },
            firstTimestamp: now,
            lastTimestamp: now,
            count: 1,
            type,
            eventTime: null,
            reportingComponent: component,
            reportingInstance: '',
          }
      bestEffort(() => store.put(kind, event, known?.metadata.resourceVersion))
    },
    stop: () => clearInterval(forget),
  }
}
