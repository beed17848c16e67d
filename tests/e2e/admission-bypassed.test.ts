import { until } from '@berth/kit/condition'
import { isKubectlInstalled, kubectl } from '@berth/kit/kubectl'
import { readServer, untilStatus } from '@berth/kit/servers'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  contractOf,
  copyOf,
  expectNothingOf,
  type ModelServe,
  newOwner,
  nextStep,
  type Owner,
} from '../fixtures/owner.ts'

const berth = inject('berth')
const kubeconfig = inject('kubeconfig')

describe.runIf(isKubectlInstalled())('a ModelServe written while no webhook was asked', () => {
  let ann: Owner
  beforeAll(async () => {
    ann = await newOwner({ berth, kubeconfig }, 'ann')
  })

  /** The operator registers its webhook again within seconds, so the write goes right behind the deletion. */
  const unasked = (what: string, write: () => ReturnType<Owner['run']>) =>
    until(what, async () => {
      await kubectl(kubeconfig, [
        'delete',
        'validatingwebhookconfiguration',
        'berth-contract',
        '--ignore-not-found',
      ])
      return (await write()).code === 0
    })

  interface Condition {
    type: string
    status: string
    reason: string
    message: string
  }
  const refusal = (name: string) =>
    until(`the operator refuses ${name}`, async () => {
      const { stdout } = await ann.run(['get', 'modelserve', name, '-o', 'jsonpath={.status.conditions}'])
      const conditions: Condition[] = JSON.parse(stdout || '[]')
      return conditions.find(({ type, reason }) => type === 'Degraded' && reason === 'ContractRefused')
    })

  afterAll(async () => {
    await until(
      'the webhook is registered again',
      async () => (await ann.run(['get', 'validatingwebhookconfiguration', 'berth-contract'])).code === 0,
    )
  })

  test('it is not built: a condition and an event say why', async () => {
    const smuggled = copyOf(ann.approved, { token: contractOf(ann.approved) })
    await unasked('the resource is stored', () => ann.run(['apply', '-f', '-'], smuggled))
    const condition = await refusal('smuggled')
    expect(condition).toMatchObject({ status: 'True' })
    expect(condition.message).toMatch(
      /Refused by the Berth contract: the contract is bound to another spec, name or namespace\./,
    )
    expect(condition.message).toMatch(nextStep)
    const events = await until('an event says so', async () => {
      const { stdout } = await ann.run(['get', 'events', '--field-selector', 'involvedObject.name=smuggled'])
      return stdout.includes('ContractRefused') && stdout
    })
    expect(events).toMatch(/Warning\s+ContractRefused\s+modelserve\/smuggled/)
    const made = await ann.run(['get', 'deployments,services,secrets,pods', '-o', 'name'])
    expect(made.stdout).not.toContain('smuggled')
    expect((await ann.run(['get', 'modelserve', 'smuggled', '-o', 'jsonpath={.status.phase}'])).stdout).toBe(
      'Failed',
    )
    expect((await ann.run(['delete', 'modelserve', 'smuggled', '--timeout=60s'])).code).toBe(0)
    await expectNothingOf('smuggled', ann)
  })

  test('a change of what was approved reaches no pod, and Berth puts back what it has on record', async () => {
    const template = async () =>
      (await ann.run(['get', 'deployment', 'teller', '-o', 'jsonpath={.metadata.generation}'])).stdout
    const before = await template()
    const patch = '{"spec":{"runtime":{"threads":9},"replicas":900}}'
    await unasked('the change is stored', () =>
      ann.run(['patch', 'modelserve', 'teller', '--type=merge', '-p', patch]),
    )
    const spec = await until('the approved spec is back', async () => {
      const { stdout } = await ann.run(['get', 'modelserve', 'teller', '-o', 'jsonpath={.spec}'])
      const now: ModelServe['spec'] = JSON.parse(stdout)
      return now.runtime.threads === ann.approved.spec.runtime.threads && now
    })
    expect(spec).toEqual(ann.approved.spec)
    expect(await template()).toBe(before)
    await untilStatus(berth, ann.person.token, ann.approved.spec.serverId, 'READY')
    expect((await readServer(berth, ann.person.token, ann.approved.spec.serverId))?.replicas).toBe(1)
  })
})
