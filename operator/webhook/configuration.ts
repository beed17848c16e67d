import { isNotFound } from '@berth/platform/kube'
import { group, labels, plural, version } from '@berth/schema/modelserve.ts'
import {
  AdmissionregistrationV1Api,
  type AdmissionregistrationV1WebhookClientConfig,
  type KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type V1ValidatingWebhookConfiguration,
} from '@kubernetes/client-node'
import { covers } from '../modelserve/plan.ts'
import { fieldManager } from '../modelserve/resource.ts'

const name = 'berth-contract'

/** Where the Kubernetes API finds the webhook: an address, or a Service of the cluster. */
export type WebhookAddress = { url: string } | { service: { namespace: string; name: string; port: number } }

const path = '/validate'

/** The names that the webhook's certificate has to be good for. */
export function hostsOf(address: WebhookAddress): string[] {
  if ('url' in address) return [new URL(address.url).hostname.replace(/^\[|\]$/g, '')]
  const host = `${address.service.name}.${address.service.namespace}.svc`
  return [host, `${host}.cluster.local`]
}

/** What is registered with the Kubernetes API: every change to a ModelServe, and to its scale, is asked about. */
export function configurationOf(address: WebhookAddress, caBundle: string): V1ValidatingWebhookConfiguration {
  const clientConfig: AdmissionregistrationV1WebhookClientConfig = {
    caBundle: Buffer.from(caBundle).toString('base64'),
    ...('url' in address ? { url: address.url } : { service: { ...address.service, path } }),
  }
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name, labels: { [labels.managedBy]: fieldManager } },
    webhooks: [
      {
        name: `contract.${group}`,
        clientConfig,
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        sideEffects: 'None',
        // Less than whoever applies waits for: they are told that it was the webhook.
        timeoutSeconds: 8,
        rules: [
          {
            apiGroups: [group],
            apiVersions: [version],
            operations: ['CREATE', 'UPDATE'],
            resources: [plural, `${plural}/scale`],
            scope: 'Namespaced',
          },
        ],
      },
    ],
  }
}

/** Registers the webhook where it is not as it should be; says whether it had to. */
export function createRegistration(kubeConfig: KubeConfig, address: WebhookAddress) {
  const api = kubeConfig.makeApiClient(AdmissionregistrationV1Api)
  const objects = KubernetesObjectApi.makeApiClient(kubeConfig)
  return async (caBundle: string): Promise<boolean> => {
    const wanted = configurationOf(address, caBundle)
    const found = await api.readValidatingWebhookConfiguration({ name }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined
      throw error
    })
    if (covers(found, { webhooks: wanted.webhooks })) return false
    await objects.patch(wanted, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply)
    return true
  }
}

export type Register = ReturnType<typeof createRegistration>
