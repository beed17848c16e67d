import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { noFieldWithinItself } from './cycles.ts'

const schema = buildSchema(`
  type Query { models: [Model!]! owner: Owner }
  interface Owner { models: [Model!]! }
  type Model { id: ID! latest: Version versions: [Version!]! }
  type Version { id: ID! model: Model! }
`)
const problems = (query: string) =>
  validate(schema, parse(query), [noFieldWithinItself]).map(({ message }) => message)

test.each([
  ['directly', '{ models { versions { model { versions { id } } } } }'],
  ['after another field', '{ models { latest { model { versions { id model { latest { id } } } } } } }'],
  ['under an alias', '{ models { a: versions { model { b: versions { id } } } } }'],
  ['below an interface', '{ owner { models { versions { model { versions { id } } } } } }'],
  [
    'through fragments',
    `{ models { ...A } } fragment A on Model { versions { ... on Version { model { ...B } } } }
      fragment B on Model { versions { id } }`,
  ],
])('a field within itself is told: %s', (_how, query) => {
  expect(problems(query)).toEqual([
    expect.stringMatching(/^\w+\.\w+ is asked for within itself; ask for it once/),
  ])
})

test.each([
  '{ models { latest { model { id } } versions { model { id } } } }',
  '{ a: models { versions { id } } b: models { versions { id } } }',
  '{ models { latest { ...V } versions { ...V } } } fragment V on Version { model { id } }',
  '{ __schema { types { ofType { ofType { ofType { name } } } } } }',
  '{ models { ...A } } fragment A on Model { ...A }',
  '{ nothing { nothing { id } } }',
])('%s asks for no field within itself', (query) => {
  expect(problems(query)).toEqual([])
})

test('fragments that each spread the next one twice take no time', () => {
  const last = 40
  const fragments = Array.from({ length: last }, (_, index) => {
    const next = index + 1 < last ? `...F${index + 1}` : 'id'
    return `fragment F${index} on Model { latest { id ...on Version { model { ${next} } } } versions { model { ${next} } } }`
  })
  const startedAt = performance.now()
  expect(problems(`{ models { ...F0 } } ${fragments.join(' ')}`)).toHaveLength(1)
  // With each fragment anew wherever it is spread, it would be days.
  expect(performance.now() - startedAt).toBeLessThan(30_000)
})
