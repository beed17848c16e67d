import { type CombinedError, useSubscription } from 'urql'
import { graphql } from '../generated/gql.ts'
import type { ServerDetailFragment } from '../generated/graphql.ts'

export const ServerDetail = graphql(`
  fragment ServerDetail on Server {
    ...ServerRow
    url
    usage { requestsPerMinute tokensPerSecond queueLength sequencesBusy }
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
  /** Undefined until the first answer; null when there is none. */
  server: ServerDetailFragment | null | undefined
  /** It was there, and went while one looked. */
  wasDeleted: boolean
  error: CombinedError | undefined
}

interface Known {
  server: ServerDetailFragment | null
  wasThere: boolean
}

/** One server as it is now. */
export function useLiveServer(id: string): LiveServer {
  const [{ data, error }] = useSubscription(
    { query: ServerChanged, variables: { id } },
    (known: Known | undefined, { serverChanged }): Known => {
      const server = serverChanged.server ?? null
      return { server, wasThere: server !== null || known?.wasThere === true }
    },
  )
  return { server: data?.server, wasDeleted: data?.server === null && data.wasThere, error }
}
