import { expect, test } from 'vitest'
import { contractTerms } from './modelserve.ts'

const place = { namespace: 'berth-ada', name: 'tales' }
const spec = { serverId: 'one', replicas: 1, resources: { cpu: '2' } }

test('a contract is bound to the place and the whole spec, but not to the number of replicas', () => {
  const terms = contractTerms(place, spec)
  expect(terms).toEqual({ ...place, spec: { serverId: 'one', resources: { cpu: '2' } } })
  expect(contractTerms(place, { ...spec, replicas: 9 })).toEqual(terms)
})
