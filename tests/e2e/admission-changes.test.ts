import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isKubectlInstalled } from '@berth/kit/kubectl'
import { readServer } from '@berth/kit/servers'
import { contractAnnotation } from '@berth/schema/modelserve.ts'
import { beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { contractOf, type ModelServe, newOwner, nextStep, type Owner, refusal } from '../fixtures/owner.ts'

const berth = inject('berth')
const kubeconfig = inject('kubeconfig')

describe.runIf(isKubectlInstalled())('a ModelServe that Berth applied', () => {
  let ann: Owner
  beforeAll(async () => {
    ann = await newOwner({ berth, kubeconfig }, 'ann')
  })

  const annotation = contractAnnotation.replace('/', '~1')
  test.each<[what: string, args: string[], why: RegExp]>([
    [
      'the spec, by a merge patch',
      ['patch', 'modelserve', 'teller', '--type=merge', '-p', '{"spec":{"runtime":{"threads":9}}}'],
      /bound to another spec/,
    ],
    [
      'the spec, by a JSON patch',
      [
        'patch',
        'modelserve',
        'teller',
        '--type=json',
        '-p',
        '[{"op":"replace","path":"/spec/resources/memory","value":"9Gi"}]',
      ],
      /bound to another spec/,
    ],
    ['the contract away', ['annotate', 'modelserve', 'teller', `${contractAnnotation}-`], /is missing/],
    [
      'the contract away, by a JSON patch',
      [
        'patch',
        'modelserve',
        'teller',
        '--type=json',
        '-p',
        `[{"op":"remove","path":"/metadata/annotations/${annotation}"}]`,
      ],
      /is missing/,
    ],
    [
      'the contract, by another',
      ['annotate', '--overwrite', 'modelserve', 'teller', `${contractAnnotation}=x.y.z`],
      /not an RS256 token/,
    ],
    [
      'the label of the server',
      ['label', '--overwrite', 'modelserve', 'teller', 'berth.dev/server-id=x'],
      /berth\.dev\/server-id differs/,
    ],
    [
      'the label of the tenant away',
      ['label', 'modelserve', 'teller', 'berth.dev/tenant-'],
      /berth\.dev\/tenant is not the tenant/,
    ],
    [
      'the replicas beyond the contract, by scaling',
      ['scale', 'modelserve/teller', '--replicas=900'],
      /at most \d+ replicas, not 900/,
    ],
    [
      'the replicas beyond the contract, by a patch',
      ['patch', 'modelserve', 'teller', '--type=merge', '-p', '{"spec":{"replicas":900}}'],
      /at most \d+ replicas, not 900/,
    ],
    [
      'the replicas beyond the contract, by the subresource',
      [
        'patch',
        'modelserve',
        'teller',
        '--subresource=scale',
        '--type=merge',
        '-p',
        '{"spec":{"replicas":900}}',
      ],
      /at most \d+ replicas, not 900/,
    ],
  ])('cannot have %s changed afterwards', async (_what, args, why) => {
    const { code, stderr } = await ann.run(args)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(refusal)
    expect(stderr).toMatch(why)
    expect(stderr).toMatch(nextStep)
  })

  test('cannot be edited afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-edit-'))
    // kubectl keeps what could not be written in the folder for temporary files.
    vi.stubEnv('TMPDIR', folder).stubEnv('KUBE_EDITOR', `perl -pi -e 's/(threads:).*/$1 9/'`)
    const { code, stderr } = await ann.run(['edit', 'modelserve', 'teller'])
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
    expect(code).not.toBe(0)
    expect(stderr).toMatch(refusal)
    expect(stderr).toMatch(nextStep)
  })

  test('takes labels and annotations that are not of Berth', async () => {
    expect((await ann.run(['label', 'modelserve', 'teller', 'team=red'])).code).toBe(0)
    expect((await ann.run(['annotate', 'modelserve', 'teller', 'note=ours'])).code).toBe(0)
  })

  test('after all of that the server is as it was', async () => {
    const { stdout } = await ann.run(['get', 'modelserve', 'teller', '-o', 'json'])
    const now: ModelServe = JSON.parse(stdout)
    expect(now.spec).toEqual(ann.approved.spec)
    expect(contractOf(now)).toBe(contractOf(ann.approved))
    expect(await readServer(berth, ann.person.token, ann.approved.spec.serverId)).toMatchObject({
      status: 'READY',
      readyReplicas: 1,
    })
  })
})
