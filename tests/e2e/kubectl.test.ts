import { until } from '@berth/kit/condition'
import { isKubectlInstalled, kubectl } from '@berth/kit/kubectl'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { beforeAll, describe, expect, inject, test } from 'vitest'

const berth = inject('berth')
const kubeconfig = inject('kubeconfig')

// A machine without kubectl runs the same calls by the API client, in deploy.test.ts.
describe.runIf(isKubectlInstalled())('kubectl', () => {
  let ann: Person
  let server: { id: string }
  let namespace: string
  const run = (args: string[], input?: string) => kubectl(kubeconfig, ['-n', namespace, ...args], input)

  beforeAll(async () => {
    ann = await newPerson(berth, 'ann')
    namespace = `berth-${ann.username}`
    server = await deploy(berth, ann.token, { name: 'teller', model: 'storyteller' })
    await untilStatus(berth, ann.token, server.id, 'READY')
  })

  test('gets ModelServes with their columns', async () => {
    // The record may know it a moment earlier.
    const stdout = await until('it is ready in the cluster', async () => {
      const got = await run(['get', 'modelserves'])
      return /teller\s+storyteller\s+Ready\s+1\s+1/.test(got.stdout) && got.stdout
    })
    expect(stdout).toMatch(/NAME\s+MODEL\s+PHASE\s+READY\s+REPLICAS\s+AGE/)
  })

  test('describes the resource with its events, and shows the logs of a pod', async () => {
    const described = await run(['describe', 'modelserve', 'teller'])
    expect(described.stdout).toMatch(/Phase:\s+Ready/)
    expect(described.stdout).toMatch(/Events:[\s\S]*Normal/)
    const logs = await run(['logs', 'deployment/teller', '-c', 'inference'])
    expect(logs.code).toBe(0)
    expect(logs.stdout.length).toBeGreaterThan(0)
  })

  test('cannot apply a ModelServe without a contract token', async () => {
    const { stdout } = await run(['get', 'modelserve', 'teller', '-o', 'json'])
    const resource = JSON.parse(stdout)
    const copy = {
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      metadata: { name: 'smuggled', namespace, labels: resource.metadata.labels },
      spec: resource.spec,
    }
    const bare = await run(['apply', '-f', '-'], JSON.stringify(copy))
    expect(bare.code).not.toBe(0)
    expect(bare.stderr).toMatch(/denied the request.*contract/is)
    const borrowed = { ...copy, metadata: { ...copy.metadata, annotations: resource.metadata.annotations } }
    const stolen = await run(['apply', '-f', '-'], JSON.stringify(borrowed))
    expect(stolen.code).not.toBe(0)
    expect(stolen.stderr).toContain('denied the request')
  })

  test('cannot change the spec behind the contract', async () => {
    const patch = JSON.stringify({ spec: { runtime: { threads: 64 } } })
    const { code, stderr } = await run(['patch', 'modelserve', 'teller', '--type', 'merge', '-p', patch])
    expect(code).not.toBe(0)
    expect(stderr).toContain('denied the request')
  })

  test('scales within the contract, and the record follows', async () => {
    expect((await run(['scale', 'modelserve/teller', '--replicas=2'])).code).toBe(0)
    await until('the record has two replicas', async () => {
      const record = await readServer(berth, ann.token, server.id)
      return record?.replicas === 2 && record.readyReplicas === 2
    })
    const tooMany = await run(['scale', 'modelserve/teller', '--replicas=500'])
    expect(tooMany.code).not.toBe(0)
    expect(tooMany.stderr).toContain('denied the request')
  })

  test('deletes the resource; the record says so, and starts again when asked', async () => {
    expect((await run(['delete', 'modelserve', 'teller', '--timeout=100s'])).code).toBe(0)
    const stopped = await untilStatus(berth, ann.token, server.id, 'STOPPED')
    expect(stopped.message).toMatch(/outside|deleted/i)
    const left = await run(['get', 'deployments,services,pods', '-o', 'name'])
    expect(left.stdout.trim()).toBe('')
  })
})
