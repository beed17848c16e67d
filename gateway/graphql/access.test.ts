import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Caller } from '@berth/platform/tokens'
import { buildASTSchema, getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { accessRules, refuseOperation } from './access.ts'

const sdl = readFileSync(
  fileURLToPath(import.meta.resolve('@berth/schema/generated/supergraph.graphql')),
  'utf8',
)
const rules = accessRules(sdl)

function caller(...scopes: string[]): Caller {
  return { kind: 'user', subject: 'u', scopes: new Set(scopes), token: 't', expiresAt: 0 }
}

function refuse(query: string, who?: Caller): unknown {
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('The document has no operation.')
  return refuseOperation(rules, document, operation, who)?.extensions.code
}

test('every root field of the supergraph is marked with @access', () => {
  const schema = buildASTSchema(parse(sdl), { assumeValidSDL: true })
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }
  const fields = Object.entries(roots).flatMap(([kind, type]) =>
    Object.keys(type?.getFields() ?? {}).map((name) => `${kind}.${name}`),
  )
  expect(fields.length).toBeGreaterThan(15)
  expect(new Set(rules.keys())).toEqual(new Set(fields))
})

test('a supergraph with an unmarked root field is refused', () => {
  const open = sdl.replace('me: User! @access @join__field', 'me: User! @join__field')
  expect(() => accessRules(open)).toThrow('Query.me of the supergraph has no @access directive.')
})

test.each([
  ['{ me { id } }', 'UNAUTHENTICATED'],
  ['{ __typename __schema { queryType { name } } }', undefined],
  ['mutation { registerUser(input: {username: "u", password: "p"}) { __typename } }', undefined],
  ['subscription { serversChanged { cursor } }', 'UNAUTHENTICATED'],
  ['query ($no: Boolean!) { me @include(if: $no) { id } }', 'UNAUTHENTICATED'],
  ['{ renamed: servers { pageInfo { hasNextPage } } }', 'UNAUTHENTICATED'],
])('without a token %s is answered with %s', (query, code) => {
  expect(refuse(query)).toBe(code)
})

test('a scope opens its own fields only, through fragments too', () => {
  const reader = caller('models:read')
  expect(refuse('{ models { pageInfo { hasNextPage } } me { id } }', reader)).toBeUndefined()
  expect(
    refuse('query { ...All } fragment All on Query { ... { servers { pageInfo { hasNextPage } } } }', reader),
  ).toBe('FORBIDDEN')
  expect(refuse('mutation { deleteServer(id: "1") { __typename } }', caller('servers:read'))).toBe(
    'FORBIDDEN',
  )
  expect(refuse('mutation { deleteServer(id: "1") { __typename } }', caller('servers:write'))).toBeUndefined()
  expect(refuse('subscription { retrieval(versionId: "1") { id } }', caller('servers:read'))).toBe(
    'FORBIDDEN',
  )
})
