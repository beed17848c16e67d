import { type Access, accessOf, refuse, rootFields } from '@berth/platform/access'
import type { Caller } from '@berth/platform/tokens'
import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLError,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  type SelectionSetNode,
} from 'graphql'

/** The `@access` of every root field of a composed schema. */
export type AccessRules = ReadonlyMap<string, Access>

const ruleKey = (operation: string, field: string) => `${operation}.${field}`

/** @throws when a root field is not marked: it would be open to everybody. */
export function accessRules(supergraphSdl: string): AccessRules {
  const schema = buildASTSchema(parse(supergraphSdl), { assumeValidSDL: true })
  const kinds = new Map<string | undefined, OperationTypeNode | string>([
    [schema.getQueryType()?.name, 'query'],
    [schema.getMutationType()?.name, 'mutation'],
    [schema.getSubscriptionType()?.name, 'subscription'],
  ])
  return new Map(
    rootFields(schema).map(({ type, field }) => {
      const access = accessOf(schema, field)
      if (!access) throw new Error(`${type}.${field.name} of the supergraph has no @access directive.`)
      return [ruleKey(kinds.get(type) ?? '', field.name), access]
    }),
  )
}

/**
 * Decides whether a caller may have all the root fields that a document's operation selects.
 * Introspection needs no rule: it tells what the committed schema tells.
 * @returns the first refusal, or undefined.
 */
export function refuseOperation(
  rules: AccessRules,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  caller: Caller | undefined,
): GraphQLError | undefined {
  for (const field of selectedFields(document, operation.selectionSet)) {
    const access = rules.get(ruleKey(operation.operation, field))
    const refusal = access && refuse(access, caller, field)
    if (refusal) return refusal
  }
  return undefined
}

/** Names of the fields that a selection set holds, through fragments, whatever `@include` and `@skip` say. */
function selectedFields(
  document: DocumentNode,
  selectionSet: SelectionSetNode,
  seen = new Set<string>(),
): Set<string> {
  const fields = new Set<string>()
  const add = (inner: SelectionSetNode) => {
    for (const name of selectedFields(document, inner, seen)) fields.add(name)
  }
  for (const selection of selectionSet.selections) {
    if (selection.kind === 'Field') fields.add(selection.name.value)
    else if (selection.kind === 'InlineFragment') add(selection.selectionSet)
    else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value)
      for (const definition of document.definitions) {
        if (definition.kind === 'FragmentDefinition' && definition.name.value === selection.name.value) {
          add(definition.selectionSet)
        }
      }
    }
  }
  return fields
}
