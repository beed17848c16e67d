import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (...names: string[]) => readFileSync(join(root, ...names), 'utf8')

test('the chart installs the custom resources of schema/crds', () => {
  const names = readdirSync(join(root, 'schema/crds'))
  expect(readdirSync(join(root, 'infra/chart/crds'))).toEqual(names)
  for (const name of names) expect(read('infra/chart/crds', name)).toBe(read('schema/crds', name))
})

/** Settings whose default is right in every cluster, so that the chart is silent about them. */
const leftAlone = {
  auth: [],
  models: [],
  servers: [],
  // What pods are told: the operator's own addresses, which are the cluster's. The webhook is found by its Service.
  operator: ['POD_AUTH_ISSUER', 'POD_AUTH_JWKS_URL', 'POD_MODELS_URL', 'WEBHOOK_URL'],
  // What the image has in it, and both of a gateway's roles.
  gateway: ['FRONTEND_DIR', 'SUPERGRAPH_FILE', 'ROLES'],
} as const

const settingOf = /^\s+([A-Z][A-Z_]{3,}): /gm
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name)

describe.each(Object.keys(leftAlone) as (keyof typeof leftAlone)[])('the variables of %s', (name) => {
  const folder = name === 'gateway' || name === 'operator' ? name : `services/${name}`
  const source = read(folder, 'environment.ts')
  const schema = source.slice(source.indexOf('z.object({'))
  const settings = matches(schema.slice(0, schema.search(/^ *\}\)/m)), settingOf)
  const template = read('infra/chart/templates', `${name}.yaml`)
  const own = matches(template, /(?:- \{? ?name: |list ")([A-Z_]+)\b/g)
  const shared = matches(read('infra/chart/templates/addresses.yaml'), /^([A-Z_]+): /gm)
  const given = new Set([...own, ...shared])
  const silent: readonly string[] = leftAlone[name]

  test('are all set, or left alone on purpose', () => {
    expect(settings.length).toBeGreaterThan(5)
    expect(settings.filter((setting) => !given.has(setting))).toEqual(
      settings.filter((setting) => silent.includes(setting)),
    )
  })

  test('are all known to the service', () => {
    const known = (variable: string) => settings.includes(variable) || template.includes(`$(${variable})`)
    expect(own.filter((variable) => !known(variable))).toEqual([])
  })
})

const hasHelm = spawnSync('helm', ['version', '--short']).status === 0

// Not every machine has Helm; the cases above read the templates without it.
describe.runIf(hasHelm)('rendered by Helm', () => {
  const example = ['-f', join(root, 'infra/chart/ci/example-values.yaml')]
  const render = (...more: string[]) =>
    execFileSync(
      'helm',
      ['template', 'berth', join(root, 'infra/chart'), '--kube-version', '1.32.0', ...example, ...more],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    )

  test('every service is there, and no value is a large number in scientific notation', () => {
    const text = render('--set', 'networkPolicies.enabled=true')
    expect(text.match(/^kind: Deployment$/gm)).toHaveLength(5)
    expect(text.match(/^kind: NetworkPolicy$/gm)).toHaveLength(4)
    expect(text).not.toMatch(/\de\+\d/)
  })

  test('nothing is made up when the secrets are there already', () => {
    expect(render('--set', 'secrets.existingSecret=mine')).not.toMatch(/^kind: Secret$/m)
  })

  test('a value that there is not is refused', () => {
    expect(() => render('--set', 'models.replicas=2')).toThrow(/replicas/)
  })
})
