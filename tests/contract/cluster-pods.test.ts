import { Writable } from 'node:stream'
import { until } from '@berth/kit/condition'
import { type CoreV1Api, Log, Metrics, type V1Pod } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import {
  type Cluster,
  codeOf,
  container,
  image,
  inNamespace,
  merge,
  podThat,
  scriptPod,
  unique,
  webScript,
} from './cluster-kit.ts'

let cluster: Cluster
let core: CoreV1Api
let namespace: string

inNamespace((given) => {
  ;({ cluster, core, namespace } = given)
})

const run = (pod: V1Pod): Promise<V1Pod> => core.createNamespacedPod({ namespace, body: pod })
const read = (name: string): Promise<V1Pod> => core.readNamespacedPod({ name, namespace })
const podWhere = (name: string, test: (pod: V1Pod) => unknown): Promise<V1Pod> =>
  podThat(core, namespace, name, test)
const logOf = (name: string, more: object = {}): Promise<string> =>
  core.readNamespacedPodLog({ name, namespace, ...more })

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
      { name: 'scratch', mountPath: '/scratch' },
      { name: 'secret', mountPath: '/etc/secret' },
    ]
    const pod = scriptPod(
      name,
      "console.log(require('fs').readFileSync(process.env.FILE, 'utf8'), process.env.ALL)",
      {
        restartPolicy: 'Never',
        ...container({
          volumeMounts,
          env: [
            { name: 'FILE', value: '/scratch/made' },
            { name: 'TOKEN', valueFrom: { secretKeyRef: { name, key: 'token' } } },
            { name: 'COLOUR', valueFrom: { configMapKeyRef: { name, key: 'colour' } } },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'ALL', value: '$(TOKEN) $(COLOUR) $(POD) $$(POD)' },
          ],
        }),
        volumes: [
          { name: 'scratch', emptyDir: {} },
          { name: 'secret', secret: { secretName: name } },
        ],
      },
    )
    const script = "fs.writeFileSync(process.argv[1], fs.readFileSync(process.argv[2], 'utf8') + '!')"
    const args = ['-e', script, '/scratch/made', '/etc/secret/token']
    if (pod.spec) pod.spec.initContainers = [{ name: 'first', image, args, volumeMounts }]
    await run(pod)
    const done = await podWhere(name, (found) => found.status?.phase === 'Succeeded')
    expect(done.status?.initContainerStatuses?.[0]?.state?.terminated?.reason).toBe('Completed')
    expect(await logOf(name)).toBe(`geheim! geheim blue ${name} $(POD)\n`)
  })

  it('take all keys of a Secret and a ConfigMap as variables, and wait for one that is missing', async () => {
    const name = unique('env')
    const script = 'console.log(process.env.TOKEN, process.env.MAP_COLOUR, process.env.OWN)'
    const envFrom = [
      { secretRef: { name } },
      { prefix: 'MAP_', configMapRef: { name } },
      { configMapRef: { name: `${name}-none`, optional: true } },
    ]
    // A value refers to the variables before it, and not to those of envFrom.
    const env = [{ name: 'OWN', value: '$(TOKEN)' }]
    await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name }, data: { COLOUR: 'blue' } },
    })
    await run(scriptPod(name, script, { restartPolicy: 'Never', ...container({ envFrom, env }) }))
    const waiting = await podWhere(
      name,
      (found) => found.status?.containerStatuses?.[0]?.state?.waiting?.message,
    )
    expect(waiting.status?.containerStatuses?.[0]?.state?.waiting).toMatchObject({
      reason: 'CreateContainerConfigError',
      message: expect.stringContaining(`secret "${name}" not found`),
    })
    await core.createNamespacedSecret({
      namespace,
      body: { metadata: { name }, stringData: { TOKEN: 'geheim' } },
    })
    await until('it has run', async () => (await read(name)).status?.phase === 'Succeeded', 120_000)
    expect(await logOf(name)).toBe('geheim blue $(TOKEN)\n')
  })

  it('do not start before their init containers have succeeded', async () => {
    const name = unique('blocked')
    const pod = scriptPod(name, webScript)
    if (pod.spec) pod.spec.initContainers = [{ name: 'first', image, args: ['-e', 'process.exit(4)'] }]
    await run(pod)
    const failed = await podWhere(name, (found) => {
      const status = found.status?.initContainerStatuses?.[0]
      return status?.state?.waiting?.reason === 'CrashLoopBackOff' && status.restartCount > 0
    })
    expect(failed.status?.initContainerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(4)
    expect(failed.status).toMatchObject({ phase: 'Pending', containerStatuses: [{ ready: false }] })
    expect(failed.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('PodInitializing')
    expect(failed.status?.conditions?.find(({ type }) => type === 'Initialized')?.status).toBe('False')
  })

  it('say why they ended, in their own words', async () => {
    const name = unique('words')
    const script =
      "require('fs').writeFileSync(process.env.WORDS, 'the disk is full'); console.log('no'); process.exit(7)"
    const words = container({ env: [{ name: 'WORDS', value: '/dev/termination-log' }] })
    await run(scriptPod(name, script, { restartPolicy: 'Never', ...words }))
    const pod = await podWhere(name, (found) => found.status?.phase === 'Failed')
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 0,
      state: { terminated: { exitCode: 7, reason: 'Error', message: 'the disk is full' } },
    })
  })

  it('follow a Secret that changes', async () => {
    const name = unique('fresh')
    await core.createNamespacedSecret({
      namespace,
      body: { metadata: { name }, stringData: { token: 'old' } },
    })
    const script = `setInterval(() => console.log(require('fs').readFileSync(process.env.DIR + '/token', 'utf8')), 100)`
    const mounted = container({
      env: [{ name: 'DIR', value: '/etc/secret' }],
      volumeMounts: [{ name: 'secret', mountPath: '/etc/secret' }],
    })
    await run(
      scriptPod(name, script, { ...mounted, volumes: [{ name: 'secret', secret: { secretName: name } }] }),
    )
    await until('the old value is said', async () => (await logOf(name)).includes('old'))
    await core.patchNamespacedSecret({ name, namespace, body: { stringData: { token: 'new' } } }, merge)
    await until('the new value is said', async () => (await logOf(name)).includes('new'), 90_000)
  })

  it('back off when they crash, and keep what they last said', async () => {
    const name = unique('crash')
    const script = "console.log('attempt ' + Date.now()); console.error('boom'); process.exit(3)"
    await run(scriptPod(name, script, container({ terminationMessagePolicy: 'FallbackToLogsOnError' })))
    const pod = await podWhere(name, (found) => {
      const status = found.status?.containerStatuses?.[0]
      return status?.state?.waiting?.reason === 'CrashLoopBackOff' && (status.restartCount ?? 0) >= 1
    })
    const last = pod.status?.containerStatuses?.[0]?.lastState?.terminated
    expect(last).toMatchObject({ exitCode: 3, reason: 'Error' })
    expect(last?.message).toContain('boom')
    expect(await logOf(name, { previous: true })).toContain('attempt')
    await until('there is a BackOff event', async () => {
      const fieldSelector = `involvedObject.name=${name},reason=BackOff`
      return (await core.listNamespacedEvent({ namespace, fieldSelector })).items[0]
    })
  })

  it('are started again when they outgrow their memory and are killed', async () => {
    const name = unique('oom')
    const script =
      'const kept = []; setInterval(() => kept.length < 25 && kept.push(Buffer.alloc(16 * 1024 * 1024, 1)), 30)'
    await run(scriptPod(name, script, container({ resources: { limits: { memory: '200Mi' } } })))
    const pod = await podWhere(name, (found) => found.status?.containerStatuses?.[0]?.restartCount)
    expect(pod.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
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

  it('end in their own time within their grace', async () => {
    const name = unique('gentle')
    const script = `
const end = () => { console.log('done'); process.exit(0) }
const server = require('http').createServer((_, response) => response.end('', end))
process.on('SIGTERM', () => server.listen(8080, process.env.POD_IP))
setInterval(() => {}, 1000); console.log('up')`
    await run(scriptPod(name, script, { terminationGracePeriodSeconds: 600 }))
    await until('it runs', async () => (await logOf(name)).includes('up'))
    const { status } = await podWhere(name, (found) => found.status?.podIP)
    let last = ''
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        last += chunk.toString()
        done()
      },
    })
    await new Log(cluster.config).log(namespace, name, 'main', sink, { follow: true })
    await core.deleteNamespacedPod({ name, namespace })
    const going = await read(name)
    expect(going.metadata?.deletionTimestamp).toBeInstanceOf(Date)
    await until('it is told to end', () => fetch(`http://${status?.podIP}:8080`))
    await until('it is gone', async () => (await codeOf(read(name))) === 404)
    await until('it said its last word', () => last.includes('done'))
  })

  it('are killed after their grace', async () => {
    const name = unique('stubborn')
    await run(
      scriptPod(name, "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')", {
        terminationGracePeriodSeconds: 600,
      }),
    )
    await until('it runs', async () => (await logOf(name)).includes('up'))
    await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 1 })
    await until('it is gone', async () => (await codeOf(read(name))) === 404)
  })
})

describe('logs and metrics', () => {
  it('follow a log, and show its end', async () => {
    const name = unique('log')
    const script =
      "let n = 0; const t = setInterval(() => { console.log('line ' + ++n); if (n === 5) clearInterval(t) }, 100)"
    await run(scriptPod(name, script, { restartPolicy: 'Never' }))
    await until('the first line is there', async () => (await logOf(name)).includes('line 1'))
    let text = ''
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString()
        done()
      },
    })
    await new Log(cluster.config).log(namespace, name, 'main', sink, { follow: true })
    await until('the last line is there', async () => text.includes('line 5'))
    expect(text).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n')
    await podWhere(name, (found) => found.status?.phase === 'Succeeded')
    expect(await logOf(name, { tailLines: 2 })).toBe('line 4\nline 5\n')
    expect(await logOf(name, { timestamps: true, tailLines: 1 })).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z line 5\n$/,
    )
  })

  it('measure what a pod uses', async () => {
    const name = unique('busy')
    const script = 'setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 100)'
    await run(scriptPod(name, script))
    const metrics = new Metrics(cluster.config)
    const usage = await until(
      'there are pod metrics',
      async () => {
        const { items } = await metrics.getPodMetrics(namespace)
        const found = items.find((item) => item.metadata.name === name)?.containers[0]?.usage
        return found && Number.parseInt(found.cpu, 10) > 0 ? found : undefined
      },
      60_000,
    )
    expect(usage.memory).toMatch(/^\d+Ki$/)
    expect(usage.cpu).toMatch(/^\d+n$/)
  })
})
