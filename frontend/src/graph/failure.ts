import { CombinedError } from '@urql/core'

/** What to tell a person about a request that failed. */
export function failureText(error: unknown): string {
  if (error instanceof CombinedError) {
    if (error.networkError) return 'Berth cannot be reached. Is it running, and are you online?'
    return error.graphQLErrors.map(({ message }) => message).join(' ') || error.message
  }
  if (error instanceof Error) return error.message
  return 'Something went wrong; try again.'
}

/** What a mutation ended with: a result union under the field's name, or an error of the request. */
export interface Outcome {
  data?: Record<string, { __typename?: string; message?: string } | string | undefined> | undefined
  error?: unknown
}

/** What went wrong, from a result union or from the request itself; undefined when all is well. */
export function problemOf({ data, error }: Outcome): string | undefined {
  if (error) return failureText(error)
  for (const result of Object.values(data ?? {})) {
    if (result && typeof result === 'object' && result.message) return result.message
  }
  return undefined
}
