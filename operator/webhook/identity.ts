import { isAlreadyExists, isConflict, isNotFound } from '@berth/platform/kube'
import { CoreV1Api, type KubeConfig, type V1Secret } from '@kubernetes/client-node'
import { type Identity, renewIdentity } from './certificate.ts'

const secretName = 'berth-webhook-tls'
const files = { caBundle: 'ca.crt', caKey: 'ca.key', certificate: 'tls.crt', key: 'tls.key' } as const

/**
 * The webhook's TLS identity, one for all replicas, in a Secret. Makes or renews it where that is due; of replicas that
 * do so at once, one wins and the others take what it wrote.
 */
export function createIdentityStore(kubeConfig: KubeConfig, namespace: string, hosts: readonly string[]) {
  const api = kubeConfig.makeApiClient(CoreV1Api)

  async function read(): Promise<V1Secret | undefined> {
    try {
      return await api.readNamespacedSecret({ namespace, name: secretName })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  async function write(identity: Identity, before: V1Secret | undefined): Promise<void> {
    const metadata = { name: secretName, namespace, resourceVersion: before?.metadata?.resourceVersion }
    const body: V1Secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      type: before?.type ?? 'kubernetes.io/tls',
      data: encode(identity),
    }
    if (before) await api.replaceNamespacedSecret({ namespace, name: secretName, body })
    else await api.createNamespacedSecret({ namespace, body })
  }

  return async (): Promise<Identity> => {
    const secret = await read()
    const current = secret && decode(secret)
    const identity = await renewIdentity(current, hosts)
    if (identity === current) return identity
    try {
      await write(identity, secret)
      return identity
    } catch (error) {
      const winner = isConflict(error) || isAlreadyExists(error) ? await read() : undefined
      const taken = winner && decode(winner)
      if (taken) return taken
      throw error
    }
  }
}

export type ReadIdentity = ReturnType<typeof createIdentityStore>

const encode = (identity: Identity): Record<string, string> => ({
  [files.caBundle]: base64(identity.caBundle),
  [files.caKey]: base64(identity.caKey),
  [files.certificate]: base64(identity.certificate),
  [files.key]: base64(identity.key),
})

function decode({ data = {} }: V1Secret): Identity | undefined {
  const text = (file: string) => Buffer.from(data[file] ?? '', 'base64').toString()
  const identity = {
    caBundle: text(files.caBundle),
    caKey: text(files.caKey),
    certificate: text(files.certificate),
    key: text(files.key),
  }
  return Object.values(identity).every(Boolean) ? identity : undefined
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
