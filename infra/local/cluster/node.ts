import { availableParallelism, freemem, hostname, release, totalmem } from 'node:os'
import { internalCaller } from './caller.ts'
import { version } from './discovery.ts'
import { timestamp } from './objects.ts'
import { kindOf, nodes } from './resources.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

export const nodeName = 'local'
const caller = internalCaller('node:local')

/** Registers this machine as the one node, with what it has. */
export async function registerNode(store: Store, writes: Writes): Promise<void> {
  if (!store.get(kindOf(nodes), undefined, nodeName)) {
    const labels = { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': process.platform }
    await writes.create(nodes, undefined, { metadata: { name: nodeName, labels }, spec: {} }, caller)
  }
  const now = timestamp()
  const resources = {
    cpu: String(availableParallelism()),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: '110',
  }
  const healthy = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: `kubelet: ${Math.floor(freemem() / 2 ** 20)} MiB free`,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  })
  const status = {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: hostname() },
    ],
    conditions: [
      healthy('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
      healthy('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
      healthy('PIDPressure', 'False', 'KubeletHasSufficientPID'),
      healthy('Ready', 'True', 'KubeletReady'),
    ],
    nodeInfo: {
      kubeletVersion: version.gitVersion,
      kernelVersion: release(),
      osImage: process.platform,
      operatingSystem: process.platform,
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      containerRuntimeVersion: 'process://1',
      machineID: '',
      systemUUID: '',
      bootID: '',
      kubeProxyVersion: version.gitVersion,
    },
  }
  await writes.update(
    nodes,
    { namespace: undefined, name: nodeName, subresource: 'status' },
    (o) => ({ ...o, status }),
    caller,
  )
}
