import { until } from './condition.ts'
import { field } from './graph.ts'

export interface ServerState {
  id: string
  name: string
  status: string
  message: string | null
  url: string
  readyReplicas: number
  replicas: number
  startedAt: string | null
  usage: {
    memoryBytes: number | null
    maxMemoryBytes: number | null
    cpuCores: number | null
    requestsPerMinute: number | null
    tokensPerSecond: number | null
    queueLength: number | null
    sequencesBusy: number | null
  }
  kubernetes: {
    namespace: string
    deployment: string
    service: string
    pods: { name: string; ready: boolean; restarts: number }[]
  }
}

export const serverFields = `id name status message url replicas readyReplicas startedAt
  usage { memoryBytes maxMemoryBytes cpuCores requestsPerMinute tokensPerSecond queueLength sequencesBusy }
  kubernetes { namespace deployment service pods { name ready restarts node } }`

export async function readServer(berth: string, token: string, id: string): Promise<ServerState | null> {
  return field(berth, `query ($id: ID!) { server(id: $id) { ${serverFields} } }`, { id }, token)
}

/** Deploys a model. @throws with the answer when it is not a success */
export async function deploy(
  berth: string,
  token: string,
  input: Record<string, unknown>,
): Promise<{ id: string; name: string; url: string }> {
  const result = await field<{ __typename: string; server?: { id: string; name: string; url: string } }>(
    berth,
    `mutation ($input: DeployServerInput!) { deployServer(input: $input) {
      __typename ... on DeployServerSuccess { server { id name url } } ... on Error { message } } }`,
    { input },
    token,
  )
  if (!result.server) throw new Error(`The server was not deployed: ${JSON.stringify(result)}`)
  return result.server
}

/** Waits until the server has the status; fails at once when it has failed instead. */
export async function untilStatus(
  berth: string,
  token: string,
  id: string,
  status: string,
  withinMs = 120_000,
): Promise<ServerState> {
  let last: ServerState | null = null
  const reached = await until(
    `the server ${id} is ${status}`,
    async () => {
      last = await readServer(berth, token, id)
      return last?.status === status || last?.status === 'FAILED' ? last : undefined
    },
    withinMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message} It is ${JSON.stringify(last)}.`, { cause: error })
  })
  if (reached.status !== status) throw new Error(`The server failed: ${reached.message}`)
  return reached
}
