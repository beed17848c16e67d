import { expect, test } from 'vitest'
import { exampleServer } from '../records/example.ts'
import { noUsage } from '../records/server.ts'
import { recordLoss, recordReport } from './record.ts'
import { type ResourceReport, reportShape } from './report.ts'

const now = new Date('2026-02-02T00:00:00.000Z')

function report(changes: Partial<ResourceReport> = {}): ResourceReport {
  const server = exampleServer()
  const { servers } = reportShape.parse({
    servers: [
      {
        serverId: server.id,
        namespace: server.namespace,
        name: server.name,
        observedGeneration: 1,
        phase: 'Ready',
        specReplicas: 1,
        replicas: 1,
        readyReplicas: 1,
        pods: [],
      },
    ],
  })
  return { ...servers[0], ...changes } as ResourceReport
}

const pod = { ...noUsage, name: 'p', ready: true, restarts: 0, node: null, phase: 'Running', message: null }

test('the same report again changes nothing', () => {
  expect(recordReport(exampleServer(), report(), now).difference).toBe('none')
})

test('becoming ready is seen, and starts the clock', () => {
  const before = exampleServer({ status: 'STARTING', readyReplicas: 0, startedAt: null })
  const { row, difference } = recordReport(before, report(), now)
  expect(difference).toBe('visible')
  expect(row).toMatchObject({ status: 'READY', startedAt: now })
})

test('usage is summed over the pods, and the most is kept', () => {
  const before = exampleServer({ maxMemoryBytes: 5e8, pods: [{ ...pod, memoryBytes: 1, cpuCores: 0 }] })
  const pods = [{ ...pod, memoryBytes: 3e8 + 0.4, cpuCores: 0.12345 }]
  const { row, difference } = recordReport(before, report({ pods }), now)
  expect(difference).toBe('usage')
  expect(row).toMatchObject({ memoryBytes: 3e8, maxMemoryBytes: 5e8, cpuCores: 0.123 })
  const higher = recordReport(row, report({ pods: [{ ...pod, memoryBytes: 9e8, cpuCores: null }] }), now)
  expect(higher.row).toMatchObject({ memoryBytes: 9e8, maxMemoryBytes: 9e8, cpuCores: null })
})

test('the flicker of an idle pod is no news', () => {
  const using = (memoryBytes: number, cpuCores: number) =>
    report({ pods: [{ ...pod, memoryBytes, cpuCores }] })
  const { row } = recordReport(exampleServer({ maxMemoryBytes: 4e8 }), using(3e8, 0.005), now)
  expect(recordReport(row, using(3e8 + 4096, 0), now).difference).toBe('none')
  expect(recordReport(row, using(3e8 + 2 ** 20, 0), now).difference).toBe('usage')
  expect(recordReport(row, using(3e8, 0.05), now).difference).toBe('usage')
})

test('what a pod does is news, and nothing that its row did not have before', () => {
  const doing = (tokensPerSecond: number | null) => report({ pods: [{ ...pod, tokensPerSecond }] })
  const { row, difference } = recordReport(exampleServer({ pods: [{ ...pod }] }), doing(12.5), now)
  expect(difference).toBe('usage')
  expect(row.pods[0]).toMatchObject({ tokensPerSecond: 12.5, queueLength: null })
  expect(recordReport(row, doing(12.5), now).difference).toBe('none')
  const { name, ready, restarts, node, phase, message } = pod
  const old = JSON.parse(JSON.stringify({ name, ready, restarts, node, phase, message }))
  expect(recordReport(exampleServer({ pods: [old] }), doing(null), now).difference).toBe('none')
})

test('pods in another order are the same pods', () => {
  const [a, b] = ['a', 'b'].map((name) => ({ ...pod, name, memoryBytes: null, cpuCores: null }))
  if (!a || !b) throw new Error('two pods')
  const { row } = recordReport(exampleServer(), report({ pods: [a, b] }), now)
  expect(recordReport(row, report({ pods: [b, a] }), now).difference).toBe('none')
})

test.each<[string, Parameters<typeof exampleServer>[0], Partial<ResourceReport>, number, boolean]>([
  ['a newer spec is taken over', {}, { observedGeneration: 2, specReplicas: 3 }, 3, true],
  ['what was seen before the last apply is not', { resourceGeneration: 2, replicas: 2 }, {}, 2, false],
  [
    'while a workflow is in flight it is not',
    { generation: 2, replicas: 2 },
    { observedGeneration: 2, specReplicas: 3 },
    2,
    false,
  ],
])('scaled in the cluster: %s', (_case, changes, reported, replicas, scaled) => {
  const recorded = recordReport(exampleServer(changes), report(reported), now)
  expect(recorded.row.replicas).toBe(replicas)
  expect(recorded.scaled).toBe(scaled)
})

test('until the workflow has applied, the status tells of the workflow', () => {
  const before = exampleServer({ generation: 2, status: 'RETRIEVING', message: 'Retrieving.' })
  expect(recordReport(before, report(), now).row).toMatchObject({
    status: 'RETRIEVING',
    message: 'Retrieving.',
  })
})

test('what is left of the resource from before says nothing of the new one', () => {
  const before = exampleServer({ generation: 2, status: 'PENDING', readyReplicas: 0 })
  expect(recordReport(before, report({ deleting: true }), now)).toMatchObject({
    row: before,
    difference: 'none',
  })
})

test('what was seen of a resource before it went says nothing of a server that has stopped', () => {
  const stopping = exampleServer({ generation: 2, desired: 'STOPPED', status: 'STOPPED' })
  const late = report({ deleting: true, pods: [pod] })
  expect(recordReport(stopping, late, now).row).toMatchObject({ pods: [pod], message: /taken away/ })
  const stopped = { ...stopping, settledGeneration: 2, observed: null, pods: [] }
  expect(recordReport(stopped, late, now)).toMatchObject({ row: stopped, difference: 'none' })
})

test('a resource that was lost stops the server, and says how to go on', () => {
  const row = recordLoss(exampleServer())
  expect(row).toMatchObject({
    desired: 'STOPPED',
    status: 'STOPPED',
    resourceGeneration: null,
    readyReplicas: 0,
  })
  expect(row.message).toMatch(/start the server/)
})

test('a report may leave out what is not known', () => {
  const parsed = reportShape.safeParse({
    servers: [
      {
        serverId: exampleServer().id,
        namespace: 'n',
        name: 'x',
        specReplicas: 1,
        pods: [{ name: 'p', ready: false }],
      },
    ],
  })
  expect(parsed.data?.servers[0]?.pods[0]).toMatchObject({ phase: 'Unknown', memoryBytes: null })
})
