import { buildSchema, graphql } from 'graphql'
import { expect, test } from 'vitest'
import { enforceAccess } from './access.ts'

const directive = 'directive @access(scopes: [String!]! = [], public: Boolean! = false) on FIELD_DEFINITION'

const schema = enforceAccess(
  buildSchema(`
    ${directive}
    type Query {
      open: String @access(public: true)
      mine: String @access
      servers: String @access(scopes: ["servers:read", "models:read"])
    }
  `),
)
const rootValue = { open: 'yes', mine: 'yes', servers: 'yes' }

async function codeOf(source: string, scopes?: string[]): Promise<unknown> {
  const caller = scopes && { scopes: new Set(scopes) }
  const { data, errors } = await graphql({ schema, source, rootValue, contextValue: { caller } })
  return errors?.[0]?.extensions.code ?? Object.values(data ?? {})[0]
}

test.each([
  ['{ open }', undefined, 'yes'],
  ['{ mine }', undefined, 'UNAUTHENTICATED'],
  ['{ mine }', [], 'yes'],
  ['{ servers }', ['servers:read'], 'FORBIDDEN'],
  ['{ servers }', ['servers:read', 'models:read'], 'yes'],
  ['{ open: servers }', [], 'FORBIDDEN'],
])('%s with the scopes %j: %s', async (source, scopes, outcome) => {
  expect(await codeOf(source, scopes)).toBe(outcome)
})

test('a root field that nobody marked does not start', () => {
  const forgotten = buildSchema(`${directive}\ntype Query { secret: String }`)
  expect(() => enforceAccess(forgotten)).toThrow('Query.secret has no @access')
})
