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
