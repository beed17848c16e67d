import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getDirectiveValues,
} from 'graphql'
import type { Caller } from './tokens.ts'

/** Who may ask for a root field, from its `@access` directive. */
export interface Access {
  public: boolean
  scopes: readonly string[]
}

/** The `@access` of a field; undefined when it has none. */
export function accessOf(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): Access | undefined {
  const directive = schema.getDirective('access')
  const values = directive && field.astNode && getDirectiveValues(directive, field.astNode)
  if (!values) return undefined
  const { scopes } = values
  return {
    public: values.public === true,
    scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [],
  }
}

/** The fields of Query, Mutation and Subscription, without those that federation itself adds. */
export function rootFields(schema: GraphQLSchema): { type: string; field: GraphQLField<unknown, unknown> }[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter(({ name }) => !name.startsWith('_'))
      .map((field) => ({ type: type?.name ?? '', field })),
  )
}

/**
 * Decides whether a caller may have a field.
 * @returns the error to answer with, or undefined when it is allowed.
 */
export function refuse(access: Access, caller: Caller | undefined, field: string): GraphQLError | undefined {
  if (access.public) return undefined
  if (!caller) {
    return new GraphQLError(`Sign in first: ${field} needs a bearer token.`, {
      extensions: { code: 'UNAUTHENTICATED' },
    })
  }
  const missing = access.scopes.filter((scope) => !caller.scopes.has(scope))
  if (missing.length === 0) return undefined
  return new GraphQLError(
    `${field} needs the scope ${missing.join(' and ')}, which this token does not have.`,
    {
      extensions: { code: 'FORBIDDEN' },
    },
  )
}

/**
 * Makes a schema check `@access` before each root field runs.
 * @throws when a root field is not marked, so that a new one cannot be forgotten.
 */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  for (const { type, field } of rootFields(schema)) {
    const access = accessOf(schema, field)
    if (!access) throw new Error(`${type}.${field.name} has no @access directive; say who may ask for it.`)
    const check = (context: unknown) => {
      const error = refuse(access, (context as { caller?: Caller }).caller, field.name)
      if (error) throw error
    }
    const { resolve = defaultFieldResolver, subscribe = defaultFieldResolver } = field
    if (type === schema.getSubscriptionType()?.name) {
      field.subscribe = (source, args, context, info) => {
        check(context)
        return subscribe(source, args, context, info)
      }
    } else {
      field.resolve = (source, args, context, info) => {
        check(context)
        return resolve(source, args, context, info)
      }
    }
  }
  return schema
}
