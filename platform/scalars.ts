import { GraphQLError, GraphQLScalarType } from 'graphql'

const dateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize(value) {
    const date = value instanceof Date ? value : new Date(String(value))
    if (Number.isNaN(date.getTime())) throw new GraphQLError(`${String(value)} is not an instant.`)
    return date.toISOString()
  },
})

const bytes = new GraphQLScalarType<number, number>({
  name: 'Bytes',
  serialize(value) {
    const count = Number(value)
    if (!Number.isSafeInteger(count) || count < 0)
      throw new GraphQLError(`${String(value)} is not a count of bytes.`)
    return count
  },
})

/** The scalars that every subgraph declares; both are only ever answered, never taken. */
export const scalarResolvers = { DateTime: dateTime, Bytes: bytes }
