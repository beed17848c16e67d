import { expect, test } from 'vitest'
import { configurationOf, hostsOf, type WebhookAddress } from './configuration.ts'

const url: WebhookAddress = { url: 'https://127.0.0.1:4005/validate' }
const service: WebhookAddress = { service: { namespace: 'berth-system', name: 'berth-operator', port: 443 } }

test('the certificate is for the host of the URL, or the names of the Service', () => {
  expect(hostsOf(url)).toEqual(['127.0.0.1'])
  expect(hostsOf(service)).toEqual([
    'berth-operator.berth-system.svc',
    'berth-operator.berth-system.svc.cluster.local',
  ])
})

test('every creation and change of a ModelServe and of its scale is asked about, and nothing passes unasked', () => {
  const [webhook] = configurationOf(url, 'PEM').webhooks ?? []
  expect(webhook).toMatchObject({
    failurePolicy: 'Fail',
    sideEffects: 'None',
    timeoutSeconds: 8,
    clientConfig: { url: url.url, caBundle: Buffer.from('PEM').toString('base64') },
  })
  expect(webhook?.rules).toEqual([
    {
      apiGroups: ['berth.dev'],
      apiVersions: ['v1alpha1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['modelserves', 'modelserves/scale'],
      scope: 'Namespaced',
    },
  ])
})

test('inside a cluster the Service is called', () => {
  const [webhook] = configurationOf(service, 'PEM').webhooks ?? []
  expect(webhook?.clientConfig).toMatchObject({
    service: { namespace: 'berth-system', name: 'berth-operator', port: 443, path: '/validate' },
  })
})
