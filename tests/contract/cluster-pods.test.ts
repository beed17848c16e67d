import { get } from 'node:http'
import { Writable } from 'node:stream'
import {
  AppsV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  Log,
  Metrics,
  type V1Container,
  type V1Deployment,
  type V1EndpointSlice,
  type V1Pod,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  codeOf,
  createNamespace,
  dropNamespace,
  eventually,
  image,
  merge,
  scriptPod,
  startCluster,
  unique,
  webScript,
} from './cluster-kit.ts'

let cluster: Cluster
let core: CoreV1Api
let apps: AppsV1Api
let namespace: string

beforeAll(async () => {
  cluster = await startCluster()
  core = cluster.config.makeApiClient(CoreV1Api)
  apps = cluster.config.makeApiClient(AppsV1Api)
  namespace = await createNamespace(cluster.config)
}, 30_000)
afterAll(async () => {
  await dropNamespace(cluster.config, namespace)
  await cluster.stop()
})

const run = (pod: V1Pod): Promise<V1Pod> => core.createNamespacedPod({ namespace, body: pod })
const read = (name: string): Promise<V1Pod> => core.readNamespacedPod({ name, namespace })
const main = (more: Partial<V1Container>): { containers: V1Container[] } => ({
  containers: [{ name: 'main', ...more }],
})
const conditionOf = (pod: V1Pod, type: string): string | undefined =>
  pod.status?.conditions?.find((condition) => condition.type === type)?.status
const podWhere = (name: string, test: (pod: V1Pod) => unknown): Promise<V1Pod> =>
  eventually(`pod ${name}`, async () => {
    const pod = await read(name)
    return test(pod) ? pod : undefined
  })
const logOf = (name: string, more: object = {}): Promise<string> =>
  core.readNamespacedPodLog({ name, namespace, ...more })
const fetchText = (pod: V1Pod, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const call = get({ host: pod.status?.podIP, port: 8080, path, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => resolve(text))
    })
    call.on('error', reject)
  })
const probe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1, failureThreshold: 1 }

describe('deployments and services', () => {
  it('rolls to ready, rolls over to a new template, and keeps the slice true', async () => {
    const name = unique('web')
    const labels = { app: name }
    const container: V1Container = {
      ...main({}).containers[0],
      ...scriptPod(name, webScript).spec?.containers[0],
      name: 'main',
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: probe,
    }
    const body: V1Deployment = {
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { terminationGracePeriodSeconds: 2, containers: [container] },
        },
      },
    }
    await apps.createNamespacedDeployment({ namespace, body })
    const ports = [{ port: 80, targetPort: 'http' }]
    const service = { metadata: { name, labels: { team: 'x' } }, spec: { selector: labels, ports } }
    await core.createNamespacedService({ namespace, body: service })
    const settled = (revision: string) =>
      eventually('the rollout', async () => {
        const found = await apps.readNamespacedDeployment({ name, namespace })
        const { status, metadata } = found
        const done =
          status?.observedGeneration === metadata?.generation &&
          status?.updatedReplicas === 2 &&
          status.availableReplicas === 2 &&
          status.replicas === 2 &&
          metadata?.annotations?.['deployment.kubernetes.io/revision'] === revision
        return done ? found : undefined
      })
    const first = await settled('1')
    expect(
      first.status?.conditions?.map((condition) => `${condition.type}=${condition.status}`).sort(),
    ).toEqual(['Available=True', 'Progressing=True'])
    const slices = cluster.config.makeApiClient(DiscoveryV1Api)
    const labelSelector = `kubernetes.io/service-name=${name}`
    const ready = (slice: V1EndpointSlice | undefined): string[] =>
      (slice?.endpoints ?? []).filter((item) => item.conditions?.ready).flatMap((item) => item.addresses)
    const slice = await eventually('two endpoints', async () => {
      const list = await slices.listNamespacedEndpointSlice({ namespace, labelSelector })
      return ready(list.items[0]).length === 2 ? list.items[0] : undefined
    })
    expect(slice.metadata?.labels).toMatchObject({ team: 'x' })
    expect(slice.ports?.[0]?.port).toBe(8080)
    expect(new Set(ready(slice)).size).toBe(2)

    const template = { metadata: { annotations: { again: 'yes' } } }
    await apps.patchNamespacedDeployment({ name, namespace, body: { spec: { template } } }, merge)
    await settled('2')
    const sets = await apps.listNamespacedReplicaSet({ namespace, labelSelector: `app=${name}` })
    expect(sets.items.map((set) => set.spec?.replicas).sort()).toEqual([0, 2])
    await apps.patchNamespacedDeploymentScale({ name, namespace, body: { spec: { replicas: 0 } } }, merge)
    await eventually('no endpoints', async () => {
      const list = await slices.listNamespacedEndpointSlice({ namespace, labelSelector })
      return (list.items[0]?.endpoints ?? []).length === 0
    })
    await apps.deleteNamespacedDeployment({ name, namespace })
    await eventually('its ReplicaSets to go', async () => {
      const left = await apps.listNamespacedReplicaSet({ namespace, labelSelector: `app=${name}` })
      return left.items.length === 0
    })
  })

  it('turns a pod off and on by its readiness', async () => {
    const name = unique('flip')
    await run(scriptPod(name, webScript, main({ readinessProbe: probe })))
    const pod = await podWhere(name, (found) => conditionOf(found, 'Ready') === 'True')
    await fetchText(pod, '/off')
    await podWhere(name, (found) => conditionOf(found, 'Ready') === 'False')
    await fetchText(pod, '/on')
    const again = await podWhere(name, (found) => conditionOf(found, 'Ready') === 'True')
    expect(again.status?.containerStatuses?.[0]?.restartCount).toBe(0)
  })

  it('restarts what its liveness probe finds dead', async () => {
    const name = unique('live')
    await run(
      scriptPod(
        name,
        webScript,
        main({ startupProbe: { ...probe, failureThreshold: 30 }, livenessProbe: probe }),
      ),
    )
    const pod = await podWhere(name, (found) => conditionOf(found, 'Ready') === 'True')
    await fetchText(pod, '/off')
    await podWhere(name, (found) => found.status?.containerStatuses?.[0]?.restartCount === 1)
  })
})

describe('containers', () => {
  it('run init containers first, with variables, secrets and volumes', async () => {
    const name = unique('init')
    await core.createNamespacedSecret({
      namespace,
      body: { metadata: { name }, stringData: { token: 'geheim' } },
    })
    await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name }, data: { colour: 'blue' } },
    })
    const volumeMounts = [
      { name: 'work', mountPath: '/work' },
      { name: 'secret', mountPath: '/etc/secret' },
    ]
    const pod = scriptPod(
      name,
      "console.log(require('fs').readFileSync(process.env.FILE, 'utf8'), process.env.ALL)",
      {
        restartPolicy: 'Never',
        ...main({
          volumeMounts,
          resources: { limits: { cpu: '2', memory: '512Mi' } },
          env: [
            { name: 'FILE', value: '/work/made' },
            { name: 'TOKEN', valueFrom: { secretKeyRef: { name, key: 'token' } } },
            { name: 'COLOUR', valueFrom: { configMapKeyRef: { name, key: 'colour' } } },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
            { name: 'ALL', value: '$(TOKEN) $(COLOUR) $(POD) $(CPUS) $$(POD)' },
          ],
        }),
        volumes: [
          { name: 'work', emptyDir: {} },
          { name: 'secret', secret: { secretName: name } },
        ],
      },
    )
    const script = "fs.writeFileSync(process.argv[1], fs.readFileSync(process.argv[2], 'utf8') + '!')"
    const args = ['-e', script, '/work/made', '/etc/secret/token']
    if (pod.spec) pod.spec.initContainers = [{ name: 'first', image, args, volumeMounts }]
    await run(pod)
    const done = await podWhere(name, (found) => found.status?.phase === 'Succeeded')
    expect(done.status?.initContainerStatuses?.[0]?.state?.terminated?.reason).toBe('Completed')
    expect(await logOf(name)).toBe(`geheim! geheim blue ${name} 2 $(POD)\n`)
    expect(done.status?.qosClass).toBe('Burstable')
  })

  it('follow a Secret that changes', async () => {
    const name = unique('fresh')
    await core.createNamespacedSecret({
      namespace,
      body: { metadata: { name }, stringData: { token: 'old' } },
    })
    const script = `setInterval(() => console.log(require('fs').readFileSync(process.env.DIR + '/token', 'utf8')), 100)`
    const container = main({
      env: [{ name: 'DIR', value: '/etc/secret' }],
      volumeMounts: [{ name: 'secret', mountPath: '/etc/secret' }],
    })
    await run(
      scriptPod(name, script, { ...container, volumes: [{ name: 'secret', secret: { secretName: name } }] }),
    )
    await eventually('the old value', async () => (await logOf(name)).includes('old'))
    await core.patchNamespacedSecret({ name, namespace, body: { stringData: { token: 'new' } } }, merge)
    await eventually('the new value', async () => (await logOf(name)).includes('new'), 90_000)
  })

  it('back off when they crash, and keep what they last said', async () => {
    const name = unique('crash')
    const script = "console.log('attempt ' + Date.now()); console.error('boom'); process.exit(3)"
    await run(scriptPod(name, script, main({ terminationMessagePolicy: 'FallbackToLogsOnError' })))
    const pod = await podWhere(name, (found) => {
      const status = found.status?.containerStatuses?.[0]
      return status?.state?.waiting?.reason === 'CrashLoopBackOff' && (status.restartCount ?? 0) >= 1
    })
    const last = pod.status?.containerStatuses?.[0]?.lastState?.terminated
    expect(last).toMatchObject({ exitCode: 3, reason: 'Error' })
    expect(last?.message).toContain('boom')
    expect(await logOf(name, { previous: true })).toContain('attempt')
    await eventually('the BackOff event', async () => {
      const fieldSelector = `involvedObject.name=${name},reason=BackOff`
      return (await core.listNamespacedEvent({ namespace, fieldSelector })).items[0]
    })
  })

  it('are killed when they outgrow their memory', async () => {
    const name = unique('oom')
    const script = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(16 * 1024 * 1024, 1)), 30)'
    await run(
      scriptPod(name, script, {
        restartPolicy: 'Never',
        ...main({ resources: { limits: { memory: '200Mi' } } }),
      }),
    )
    const pod = await podWhere(name, (found) => found.status?.phase === 'Failed')
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 137,
      reason: 'OOMKilled',
    })
  })

  it('wait, and say why, when their image or a secret is missing', async () => {
    if (!cluster.standIn) return
    const name = unique('missing')
    await run({ metadata: { name }, spec: { containers: [{ name: 'main', image: 'no/such:1' }] } })
    const pod = await podWhere(name, (found) => found.status?.containerStatuses?.[0]?.state?.waiting?.message)
    expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ErrImageNeverPull')
  })

  it('end within their grace, and are killed after it', async () => {
    const name = unique('stubborn')
    await run(
      scriptPod(name, "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')"),
    )
    await eventually('it to run', async () => (await logOf(name)).includes('up'))
    await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 1 })
    const going = await read(name)
    expect(going.metadata?.deletionTimestamp).toBeInstanceOf(Date)
    await eventually('it to go', async () => (await codeOf(read(name))) === 404)
  })
})

describe('logs and metrics', () => {
  it('follow a log, and cut it', async () => {
    const name = unique('log')
    const script =
      "let n = 0; const t = setInterval(() => { console.log('line ' + ++n); if (n === 5) clearInterval(t) }, 100)"
    await run(scriptPod(name, script, { restartPolicy: 'Never' }))
    await eventually('the first line', async () => (await logOf(name)).includes('line 1'))
    let text = ''
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString()
        done()
      },
    })
    await new Log(cluster.config).log(namespace, name, 'main', sink, { follow: true })
    await eventually('the last line', async () => text.includes('line 5'))
    expect(text).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n')
    await podWhere(name, (found) => found.status?.phase === 'Succeeded')
    expect(await logOf(name, { tailLines: 2 })).toBe('line 4\nline 5\n')
    expect(await logOf(name, { limitBytes: 6 })).toBe('line 1')
    expect(await logOf(name, { timestamps: true, tailLines: 1 })).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z line 5\n$/,
    )
  })

  it('measure what a pod uses', async () => {
    const name = unique('busy')
    const script = 'setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 100)'
    await run(scriptPod(name, script))
    const metrics = new Metrics(cluster.config)
    const usage = await eventually(
      'pod metrics',
      async () => {
        const { items } = await metrics.getPodMetrics(namespace)
        const found = items.find((item) => item.metadata.name === name)?.containers[0]?.usage
        return found && Number.parseInt(found.cpu, 10) > 0 ? found : undefined
      },
      60_000,
    )
    expect(usage.memory).toMatch(/^\d+Ki$/)
    expect(usage.cpu).toMatch(/^\d+n$/)
    expect((await metrics.getNodeMetrics()).items.length).toBeGreaterThan(0)
  })
})
