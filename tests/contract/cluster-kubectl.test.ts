import { type ChildProcess, spawn } from 'node:child_process'
import { until } from '@berth/kit/condition'
import { isKubectlInstalled, kubectl, type Output } from '@berth/kit/kubectl'
import { CoreV1Api, type V1CustomResourceDefinition, type V1Deployment } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  createNamespace,
  dropNamespace,
  scriptPod,
  serveKind,
  startCluster,
  unique,
  webScript,
} from './cluster-kit.ts'

const plural = `${unique('kites').replace('-', '')}s`
const group = 'test.berth.dev'

const definition: V1CustomResourceDefinition = {
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, singular: plural.slice(0, -1), kind: 'Kite' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [
          { name: 'Colour', type: 'string', jsonPath: '.spec.colour' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  colour: { type: 'string', _enum: ['red', 'blue'], _default: 'blue' },
                  tail: { type: 'integer' },
                  replicas: { type: 'integer', _default: 1 },
                },
              },
              status: { type: 'object', properties: { replicas: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
}

// A machine without kubectl asks the same of the API by the client, in the other files.
describe.runIf(isKubectlInstalled())('kubectl', () => {
  let cluster: Cluster
  let namespace: string
  let dropKind: () => Promise<unknown>

  beforeAll(async () => {
    cluster = await startCluster()
    namespace = await createNamespace(cluster.config)
    dropKind = await serveKind(cluster.config, namespace, definition)
  })
  afterAll(async () => {
    await dropKind()
    await dropNamespace(cluster.config, namespace)
    await cluster.stop()
  })

  const run = (args: string[], input?: object): Promise<Output> =>
    kubectl(cluster.kubeconfig, ['-n', namespace, ...args], input && JSON.stringify(input))
  /** What it prints; a failure is one of the test. */
  const say = async (args: string[], input?: object): Promise<string> => {
    const { code, stdout, stderr } = await run(args, input)
    expect(`${code} ${stderr}`).toMatch(/^0 /)
    return stdout
  }
  const apply = (object: object): Promise<string> => say(['apply', '-f', '-'], object)
  /** Runs until it is stopped; `told` is what it has printed so far. */
  const start = (args: string[]): { child: ChildProcess; told(): string; ended: Promise<number | null> } => {
    const child = spawn('kubectl', ['--kubeconfig', cluster.kubeconfig, '-n', namespace, ...args])
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    return { child, told: () => text, ended }
  }

  const deployment = (name: string, note: string, more: Partial<V1Deployment['spec']> = {}) => {
    const { spec } = scriptPod(name, webScript)
    const main = spec?.containers[0]
    if (main) main.env = [...(main.env ?? []), { name: 'NOTE', value: note }]
    const labels = { app: name }
    const template = { metadata: { labels }, spec }
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { replicas: 1, selector: { matchLabels: labels }, template, ...more },
    }
  }
  const rollout = (name: string): Promise<string> =>
    say(['rollout', 'status', `deployment/${name}`, '--timeout=120s'])

  it('applies, shows, describes, scales and deletes a Deployment', async () => {
    expect(await apply(deployment('web', 'one'))).toContain('deployment.apps/web created')
    expect(await rollout('web')).toContain('successfully rolled out')
    expect(await say(['get', 'deployments'])).toMatch(
      /NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +1\/1 +1 +1 /,
    )
    expect(await say(['get', 'pods'])).toMatch(
      /NAME +READY +STATUS +RESTARTS +AGE\nweb-\S+ +1\/1 +Running +0 /,
    )
    expect(await say(['describe', 'deployment', 'web'])).toContain('ScalingReplicaSet')
    expect(await say(['describe', 'pods'])).toMatch(/Scheduled[\s\S]+Pulled[\s\S]+Created[\s\S]+Started/)
    await until('it says so', async () => (await say(['logs', 'deployment/web'])).includes('listening on'))
    expect(await apply(deployment('web', 'two'))).toContain('deployment.apps/web configured')
    await rollout('web')
    expect(await apply(deployment('web', 'two'))).toContain('unchanged')
    const two = deployment('web', 'two')
    expect(await say(['apply', '--server-side', '--force-conflicts', '-f', '-'], two)).toContain(
      'serverside-applied',
    )
    expect(await say(['scale', 'deployment/web', '--replicas=2'])).toContain('scaled')
    await rollout('web')
    expect(await say(['delete', 'deployment', 'web', '--timeout=120s'])).toContain('deleted')
    await until('its pods are gone', async () => (await say(['get', 'pods', '-o', 'name'])) === '')
  })

  it('says that a rollout does not come to its end', async () => {
    const never = { ...deployment('stuck', 'one', { progressDeadlineSeconds: 2 }) }
    const main = never.spec.template.spec?.containers[0]
    if (main) main.readinessProbe = { httpGet: { path: '/', port: 1 }, periodSeconds: 1 }
    await apply(never)
    const { code, stderr } = await run(['rollout', 'status', 'deployment/stuck', '--timeout=120s'])
    expect(code).toBe(1)
    expect(stderr).toContain('exceeded its progress deadline')
    await say(['delete', 'deployment', 'stuck', '--wait=false'])
  })

  const kite = (spec: object) => ({
    apiVersion: `${group}/v1`,
    kind: 'Kite',
    metadata: { name: 'dragon' },
    spec,
  })

  it('applies, watches, scales, describes and deletes a custom resource', async () => {
    expect(await apply(kite({ tail: 3 }))).toContain('/dragon created')
    const watching = start(['get', plural, '--watch', '--no-headers'])
    await until('the watch shows it', () => /dragon +blue/.test(watching.told()))
    expect(await apply(kite({ colour: 'red' }))).toContain('configured')
    await until('the watch shows the change', () => /dragon +red/.test(watching.told()))
    watching.child.kill()
    await watching.ended
    expect(await say(['get', plural])).toMatch(/NAME +COLOUR +AGE\ndragon +red +\d+[sm]/)
    // What is no longer applied is removed, and what has a default falls back to it.
    expect(await apply(kite({}))).toContain('configured')
    const { spec } = JSON.parse(await say(['get', `${plural}/dragon`, '-o', 'json']))
    expect(spec).toEqual({ colour: 'blue', replicas: 1 })
    expect(await say(['scale', `${plural}/dragon`, '--replicas=3'])).toContain('scaled')
    expect(await say(['get', `${plural}/dragon`, '-o', 'jsonpath={.spec.replicas}'])).toBe('3')
    const { uid } = JSON.parse(await say(['get', `${plural}/dragon`, '-o', 'json'])).metadata
    await cluster.config.makeApiClient(CoreV1Api).createNamespacedEvent({
      namespace,
      body: {
        metadata: { name: 'dragon.1', namespace },
        involvedObject: { apiVersion: `${group}/v1`, kind: 'Kite', name: 'dragon', namespace, uid },
        type: 'Warning',
        reason: 'NoWind',
        message: 'the air is still',
        count: 1,
        firstTimestamp: new Date(),
        lastTimestamp: new Date(),
      },
    })
    expect(await say(['describe', plural, 'dragon'])).toMatch(
      /Colour: +blue[\s\S]+Warning +NoWind[\s\S]+the air is still/,
    )
    expect(await say(['delete', `${plural}/dragon`, '--timeout=120s'])).toContain('deleted')
    const { code, stderr } = await run(['get', `${plural}/dragon`])
    expect(code).toBe(1)
    expect(stderr).toContain('(NotFound)')
  })

  it('refuses what the schema does not have', async () => {
    const unknown = await run(['apply', '-f', '-'], kite({ sail: 1 }))
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('unknown field "spec.sail"')
    const wrong = await run(['apply', '-f', '-'], kite({ colour: 'green' }))
    expect(wrong.stderr).toMatch(/spec\.colour: Unsupported value: "green": supported values: "red", "blue"/)
  })

  it('follows a log to its end, and reads that of the life before', async () => {
    const script = `let n = 0; setInterval(() => { console.log('line ' + ++n); if (n === 20) process.exit(n) }, 50)`
    await apply({ apiVersion: 'v1', kind: 'Pod', ...scriptPod('talk', script) })
    await until('it has begun', async () => (await run(['logs', 'talk'])).stdout.includes('line 1'))
    const following = start(['logs', '-f', 'talk'])
    await following.ended
    expect(following.told()).toMatch(/^line 1\n(line \d+\n)+line 20\n$/)
    await until('it has started again', async () =>
      /"restartCount": [1-9]/.test(await say(['get', 'pod', 'talk', '-o', 'json'])),
    )
    expect(await say(['logs', 'talk', '--previous'])).toContain('line 20')
    await say(['delete', 'pod', 'talk', '--timeout=120s'])
  })
})
