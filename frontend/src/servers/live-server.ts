import { type CombinedError, useSubscription } from 'urql'
import { graphql } from '../generated/gql.ts'
import type { ServerDetailFragment } from '../generated/graphql.ts'

export const ServerDetail = graphql(`
  fragment ServerDetail on Server {
    ...ServerRow
    url
    runtime { contextSize parallel threads gpuLayers batchSize }
    kubernetes {
      namespace
      deployment
      service
      pods { name ready restarts node phase message memoryBytes cpuCores }
    }
    model { id name description }
    modelVersion {
      id
      tag
      status
      file { sizeBytes sha256 }
      metadata { architecture quantization parameterCount contextLength }
    }
  }
`)

const ServerChanged = graphql(`
  subscription ServerChanged($id: ID!, $after: String) {
    serverChanged(id: $id, after: $after) { cursor type serverId server { ...ServerDetail } }
  }
`)

export interface LiveServer {
  /** Undefined until the first answer; null once it was deleted. */
  server: ServerDetailFragment | null | undefined
  error: CombinedError | undefined
}

/** One server as it is now. */
export function useLiveServer(id: string): LiveServer {
  const [{ data, error }] = useSubscription(
    { query: ServerChanged, variables: { id } },
    (_known: ServerDetailFragment | null | undefined, event) => event.serverChanged.server ?? null,
  )
  return { server: data, error }
}
