import { describe, expect, it } from 'vitest'
import { matchesSelector, parseFieldSelector, parseLabelSelector } from './selectors.ts'
import { shortDuration } from './table.ts'

describe('selectors', () => {
  const labels = { app: 'web', tier: 'front' }
  it.each([
    ['', true],
    ['app', true],
    ['!app', false],
    ['!other', true],
    ['app=web', true],
    ['app==web,tier=back', false],
    ['tier!=back', true],
    ['other!=x', true],
    ['app in (api, web)', true],
    ['app notin (api,web),tier', false],
    ['other in (x)', false],
    ['kubernetes.io/name=x', false],
  ])('labelSelector "%s"', (text, result) => {
    expect(parseLabelSelector(text)(labels)).toBe(result)
  })

  it('selects by fields, and refuses those that are not indexed', () => {
    const pod = { metadata: { name: 'a' }, status: { phase: 'Running' } }
    expect(parseFieldSelector('metadata.name=a,status.phase!=Failed')(pod)).toBe(true)
    expect(parseFieldSelector('metadata.name=b')(pod)).toBe(false)
    expect(() => parseFieldSelector('spec.colour=red')).toThrow('field label not supported')
  })

  it('matches LabelSelector objects', () => {
    const matchExpressions = [{ key: 'tier', operator: 'NotIn', values: ['back'] }]
    expect(matchesSelector({ matchLabels: { app: 'web' }, matchExpressions }, labels)).toBe(true)
    expect(matchesSelector({ matchLabels: { app: 'api' } }, labels)).toBe(false)
    expect(matchesSelector({}, undefined)).toBe(true)
    expect(matchesSelector(undefined, labels)).toBe(false)
  })
})

describe('ages', () => {
  it.each([
    [5, '5s'],
    [150, '2m30s'],
    [3600, '60m'],
    [4 * 3600 + 60, '4h1m'],
    [3 * 86_400, '3d'],
  ])('an age of %i seconds', (seconds, text) => {
    expect(shortDuration(seconds * 1000)).toBe(text)
  })
})
