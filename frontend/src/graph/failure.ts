import { CombinedError } from '@urql/core'

export const unreachable = 'Berth cannot be reached. Is it running, and are you online?'

/** Codes of the graph that say that a part of Berth is away, and the same request may work later. */
const passing = new Set(['SERVICE_UNAVAILABLE'])

const saysPassing = ({ extensions }: { extensions?: Record<string, unknown> | undefined }) =>
  passing.has(String(extensions?.code))

/** Whether asking again later may help. */
export function isPassing(error: CombinedError | undefined): boolean {
  return error !== undefined && (error.networkError !== undefined || error.graphQLErrors.some(saysPassing))
}

/** The same of what ends a subscription: errors of the graph, or how its socket was closed. */
export function endsInPassing(reason: unknown): boolean {
  if (Array.isArray(reason)) return reason.some(saysPassing)
  // graphql-ws takes these for the end: no token could be had for the socket, or the server broke.
  return reason instanceof CloseEvent && (reason.code === 4005 || reason.code === 4500)
}

/** What to tell a person about a request that failed. */
export function failureText(error: unknown): string {
  if (error instanceof CombinedError) {
    if (error.networkError) return unreachable
    return error.graphQLErrors.map(({ message }) => message).join(' ') || error.message
  }
  if (error instanceof Error) return error.message
  return 'Something went wrong; try again.'
}

/** What a mutation ended with: a result union under the field's name, or an error of the request. */
export interface Outcome {
  data?:
    | Record<string, { __typename?: string; message?: string; field?: string | null } | string | undefined>
    | undefined
  error?: unknown
}

/** What is wrong with an input, and with which of its fields; undefined where it is none in particular. */
export interface Mistake {
  field: string | undefined
  message: string
}

/** What went wrong, from a result union or from the request itself; undefined when all is well. */
export function mistakeOf({ data, error }: Outcome): Mistake | undefined {
  if (error) return { field: undefined, message: failureText(error) }
  for (const result of Object.values(data ?? {})) {
    if (result && typeof result === 'object' && result.message) {
      return { field: result.field ?? undefined, message: result.message }
    }
  }
  return undefined
}

/** The same in words alone. */
export const problemOf = (outcome: Outcome): string | undefined => mistakeOf(outcome)?.message
