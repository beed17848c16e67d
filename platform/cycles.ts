import {
  type ASTVisitor,
  type GraphQLCompositeType,
  GraphQLError,
  getNamedType,
  isCompositeType,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql'

/**
 * A validation rule: no field is asked for within itself, such as the versions of the model of a version. Every such
 * round multiplies the answer by the length of a list, which no count of what the document says can know.
 */
export function noFieldWithinItself(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema()
  const inFragment = new Map<string, ReadonlySet<string>>()
  let isReported = false

  /** The fields in a selection set, at any depth, as `Type.field`. */
  function fieldsIn(parent: GraphQLCompositeType, { selections }: SelectionSetNode): Set<string> {
    const fields = new Set<string>()
    for (const selection of selections) {
      const found =
        selection.kind === 'FragmentSpread'
          ? fieldsOf(selection.name.value)
          : selection.kind === 'InlineFragment'
            ? fieldsIn(typeNamed(selection.typeCondition?.name.value) ?? parent, selection.selectionSet)
            : fieldsAt(parent, selection.name.value, selection.selectionSet)
      for (const field of found) fields.add(field)
    }
    return fields
  }

  function fieldsOf(fragment: string): ReadonlySet<string> {
    const known = inFragment.get(fragment)
    if (known) return known
    // What a fragment that spreads itself holds does not matter: another rule refuses it.
    inFragment.set(fragment, new Set())
    const definition = context.getFragment(fragment)
    const type = typeNamed(definition?.typeCondition.name.value)
    const fields = definition && type ? fieldsIn(type, definition.selectionSet) : new Set<string>()
    inFragment.set(fragment, fields)
    return fields
  }

  function fieldsAt(parent: GraphQLCompositeType, name: string, selected: SelectionSetNode | undefined) {
    const field = 'getFields' in parent ? parent.getFields()[name] : undefined
    const type = field && getNamedType(field.type)
    if (!selected || !isCompositeType(type)) return new Set<string>()
    const coordinate = `${parent.name}.${name}`
    const within = fieldsIn(type, selected)
    if (within.has(coordinate) && !isReported) {
      isReported = true
      context.reportError(
        new GraphQLError(`${coordinate} is asked for within itself; ask for it once on each path.`),
      )
    }
    return within.add(coordinate)
  }

  function typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name)
    return isCompositeType(type) ? type : undefined
  }

  return {
    OperationDefinition({ operation, selectionSet }) {
      const root = schema.getRootType(operation)
      // Introspection has a limit of its own in GraphQL.js; the root type has no field for it.
      if (root) fieldsIn(root, selectionSet)
    },
  }
}
