import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import type { MeQuery } from '../generated/graphql.ts'
import { useRetry } from '../graph/use-retry.ts'

const Me = graphql(`
  query Me {
    me { id username role tenant { id name namespace } }
  }
`)

/** Who is signed in; undefined until the first answer. */
export function useMe(): MeQuery['me'] | undefined {
  const [{ data, error }, refetch] = useQuery({ query: Me })
  useRetry(error, () => refetch({ requestPolicy: 'network-only' }))
  return data?.me
}
