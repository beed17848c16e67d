import type { V1EndpointSlice } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { buildRoutes, type ModelServeObject } from './routing.ts'

const id = '5f0c2a52-1f5c-4a50-9d3f-0d1c9b1d2e3f'

function serve(
  change: { namespace?: string; created?: string; tenant?: string; replicas?: number } = {},
): ModelServeObject {
  const { namespace = 'berth-anna', created = '2026-11-01T00:00:00Z', tenant = 'anna', replicas = 1 } = change
  return {
    metadata: {
      name: 'fox',
      namespace,
      creationTimestamp: new Date(created),
      labels: { 'berth.dev/server-id': id, 'berth.dev/tenant': tenant },
    },
    spec: {
      serverId: id,
      model: { name: 'storyteller', versionId: 'v', uri: 's3://models/x', sha256: '0', sizeBytes: 1 },
      runtime: {
        engine: 'node-llama-cpp',
        contextSize: 512,
        parallel: 1,
        threads: 1,
        gpuLayers: 0,
        batchSize: 512,
      },
      replicas,
      resources: { cpu: '1', memory: '1Gi' },
    },
    status: {
      phase: 'Starting',
      conditions: [
        {
          type: 'Available',
          status: 'False',
          reason: 'NoPods',
          message: 'No pod is ready.',
          lastTransitionTime: created,
        },
      ],
    },
  }
}

function slice(
  endpoints: V1EndpointSlice['endpoints'],
  change: { namespace?: string; tenant?: string; addressType?: string } = {},
): V1EndpointSlice {
  const { namespace = 'berth-anna', tenant = 'anna', addressType = 'IPv4' } = change
  return {
    addressType,
    metadata: { namespace, labels: { 'berth.dev/server-id': id, 'berth.dev/tenant': tenant } },
    ports: [
      { name: 'metrics', port: 9000 },
      { name: 'http', port: 8000 },
    ],
    endpoints,
  }
}

test('a server is routed to its pods that are ready, over all of its slices', () => {
  const table = buildRoutes(
    [serve()],
    [
      slice([
        { addresses: ['10.0.0.2'], conditions: { ready: true } },
        { addresses: ['10.0.0.3'], conditions: { ready: false } },
        { addresses: ['10.0.0.4'], conditions: { ready: true, terminating: true } },
      ]),
      slice([{ addresses: ['10.0.0.1'] }]),
    ],
  )
  expect(table.get(id)).toMatchObject({
    tenantId: 'anna',
    name: 'fox',
    modelName: 'storyteller',
    phase: 'Starting',
    message: 'No pod is ready.',
    endpoints: ['http://10.0.0.1:8000', 'http://10.0.0.2:8000'],
  })
})

test('a slice of another namespace or tenant leads nobody away', () => {
  const stray = [{ addresses: ['10.6.6.6'] }]
  const table = buildRoutes(
    [serve()],
    [slice(stray, { namespace: 'berth-eve' }), slice(stray, { tenant: 'eve' })],
  )
  expect(table.get(id)?.endpoints).toEqual([])
})

test('of two resources with one id the older has it', () => {
  const table = buildRoutes(
    [serve({ namespace: 'berth-eve', tenant: 'eve', created: '2026-11-02T00:00:00Z' }), serve()],
    [],
  )
  expect(table.get(id)?.tenantId).toBe('anna')
})

test('a resource whose labels do not fit its spec has no route', () => {
  const forged = serve()
  forged.metadata = {
    ...forged.metadata,
    labels: { 'berth.dev/server-id': 'other', 'berth.dev/tenant': 'anna' },
  }
  expect(buildRoutes([forged], []).size).toBe(0)
})

test('no replicas wanted reads as stopped, and an IPv6 address is bracketed', () => {
  const table = buildRoutes(
    [serve({ replicas: 0 })],
    [slice([{ addresses: ['fd00::1'] }], { addressType: 'IPv6' })],
  )
  expect(table.get(id)).toMatchObject({ phase: 'Stopped', endpoints: ['http://[fd00::1]:8000'] })
})
