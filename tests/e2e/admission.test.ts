import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { isKubectlInstalled } from '@berth/kit/kubectl'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import {
  contractOf,
  copyOf,
  expectNothingOf,
  type ModelServe,
  newOwner,
  nextStep,
  type Owner,
  refusal,
} from '../fixtures/owner.ts'
import { claimsOf, type Signer, secondsFromNow, sign, signerOf } from '../fixtures/signer.ts'

const berth = inject('berth')
const data = inject('data')
const kubeconfig = inject('kubeconfig')

describe.runIf(isKubectlInstalled() && data)('a ModelServe that kubectl writes', () => {
  let ann: Owner
  let bob: Owner
  let servers: Signer

  beforeAll(async () => {
    servers = await signerOf({ berth, data, service: 'servers' })
    const cluster = { berth, kubeconfig }
    ;[ann, bob] = await Promise.all([newOwner(cluster, 'ann'), newOwner(cluster, 'bob')])
  })

  const resigned = (change: Record<string, unknown>) =>
    sign(servers, claimsOf(contractOf(ann.approved)), change)

  /** Each is the approved resource but for one thing. */
  const refused: [what: string, make: () => ModelServe, why: RegExp][] = [
    ['no contract', () => copyOf(ann.approved), /the annotation berth\.dev\/contract is missing/],
    [
      'an expired one',
      () => copyOf(ann.approved, { name: 'teller', token: resigned({ exp: secondsFromNow(-60) }) }),
      /the token expired at/,
    ],
    [
      'one that is not valid yet',
      () => copyOf(ann.approved, { name: 'teller', token: resigned({ nbf: secondsFromNow(600) }) }),
      /jwt not active/,
    ],
    [
      'a forged one',
      () =>
        copyOf(ann.approved, {
          name: 'teller',
          token: `${contractOf(ann.approved).slice(0, -12)}AAAAAAAAAAAA`,
        }),
      /invalid signature/,
    ],
    [
      "another tenant's",
      () => copyOf(ann.approved, { name: 'teller', token: contractOf(bob.approved) }),
      /the contract is for the server .*, not /,
    ],
    [
      "the caller's access token in its place",
      () => copyOf(ann.approved, { name: 'teller', token: ann.person.token }),
      /does not publish/,
    ],
    [
      "another server's, under that server's name",
      () => copyOf(ann.approved, { token: contractOf(ann.approved) }),
      /bound to another spec, name or namespace/,
    ],
    [
      'another spec',
      () =>
        copyOf(ann.approved, {
          name: 'teller',
          token: contractOf(ann.approved),
          spec: { runtime: { ...ann.approved.spec.runtime, threads: 9 } },
        }),
      /bound to another spec/,
    ],
    [
      'more replicas than were approved',
      () =>
        copyOf(ann.approved, { name: 'teller', token: resigned({ maxReplicas: 2 }), spec: { replicas: 3 } }),
      /at most 2 replicas, not 3/,
    ],
    [
      "another server's label",
      () =>
        copyOf(ann.approved, {
          name: 'teller',
          token: contractOf(ann.approved),
          labels: { 'berth.dev/server-id': bob.approved.spec.serverId },
        }),
      /the label berth\.dev\/server-id differs/,
    ],
    [
      "another tenant's label",
      () =>
        copyOf(ann.approved, {
          name: 'teller',
          token: contractOf(ann.approved),
          labels: { 'berth.dev/tenant': bob.approved.metadata.labels['berth.dev/tenant'] },
        }),
      /the label berth\.dev\/tenant is not the tenant/,
    ],
  ]

  // What matters is the same for each command: a few cases show that each of them asks the webhook.
  const some = refused.filter(([what]) => /no contract|forged|another spec|replicas/.test(what))
  describe.each<[string, string[], typeof refused]>([
    ['apply', ['apply', '-f', '-'], refused],
    ['server-side apply', ['apply', '--server-side', '--force-conflicts', '-f', '-'], some],
    ['replace', ['replace', '-f', '-'], some],
  ])('by kubectl %s', (_how, command, cases) => {
    test.each(cases)('with %s is refused', async (_what, make, why) => {
      const resource = make()
      // Replacing needs something that is there; a new name is tried by creating it.
      const args =
        command[0] === 'replace' && resource.metadata.name !== 'teller' ? ['create', '-f', '-'] : command
      const { code, stderr } = await ann.run(args, resource)
      expect(code).not.toBe(0)
      expect(stderr).toMatch(refusal)
      expect(stderr).toMatch(why)
      expect(stderr).toMatch(nextStep)
      // Before that kubectl itself prints the patch that it sent.
      const told = stderr.slice(stderr.search(refusal))
      for (const part of contractOf(resource).split('.').slice(1)) expect(told).not.toContain(part)
    })
  })

  test("a contract is of no use in another tenant's namespace", async () => {
    const resource = {
      ...ann.approved,
      metadata: { ...ann.approved.metadata, namespace: bob.approved.metadata.namespace, name: 'guest' },
    }
    const { code, stderr } = await bob.run(['apply', '-f', '-'], resource)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(refusal)
    expect((await bob.run(['get', 'modelserve,deployment,pod', '-o', 'name'])).stdout).not.toContain('guest')
  })

  test('after all of that the server is as it was, and nothing is left behind', async () => {
    const { stdout } = await ann.run(['get', 'modelserve', 'teller', '-o', 'json'])
    const now: ModelServe = JSON.parse(stdout)
    expect(now.spec).toEqual(ann.approved.spec)
    expect(contractOf(now)).toBe(contractOf(ann.approved))
    await expectNothingOf('smuggled', ann)
    expect(await readServer(berth, ann.person.token, ann.approved.spec.serverId)).toMatchObject({
      status: 'READY',
      readyReplicas: 1,
    })
  })

  test('of a server that was deleted is taken away again, though its contract is still good', async () => {
    const server = await deploy(berth, ann.person.token, { name: 'brief', model: 'storyteller' })
    await untilStatus(berth, ann.person.token, server.id, 'READY')
    const { metadata, ...rest } = JSON.parse(
      (await ann.run(['get', 'modelserve', 'brief', '-o', 'json'])).stdout,
    )
    const { name, labels, annotations } = metadata
    const remembered = { ...rest, status: undefined, metadata: { name, labels, annotations } }
    const deleted = await field<{ __typename: string }>(
      berth,
      'mutation ($id: ID!) { deleteServer(id: $id) { __typename ... on Error { message } } }',
      { id: server.id },
      ann.person.token,
    )
    expect(deleted.__typename).toBe('DeleteServerSuccess')
    const isGone = async () => (await ann.run(['get', 'modelserve', 'brief'])).stderr.includes('not found')
    await until('the ModelServe is gone', isGone)
    await until(
      'the record is gone',
      async () => (await readServer(berth, ann.person.token, server.id)) === null,
    )
    expect((await ann.run(['apply', '-f', '-'], remembered)).code).toBe(0)
    await until('it is gone again', isGone)
    await expectNothingOf('brief', ann)
  })
})
