import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { until } from './condition.ts'
import { field } from './graph.ts'
import { registerModel } from './models.ts'

export type StepName = 'RESOLVE' | 'SIGN' | 'DOWNLOAD' | 'VERIFY' | 'INSPECT' | 'PUBLISH'

/** A retrieval as people see it. */
export interface RetrievalState {
  id: string
  status: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  bytesReceived: number
  bytesTotal: number | null
  error: string | null
  steps: {
    name: StepName
    status: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED'
    attempts: number
    error: string | null
  }[]
}

/** A version as people see it. */
export interface VersionState {
  id: string
  status: 'REGISTERED' | 'RETRIEVING' | 'READY' | 'FAILED'
  file: { path: string; sizeBytes: number; sha256: string } | null
  retrieval: RetrievalState | null
}

const retrievalFields = 'id status bytesReceived bytesTotal error steps { name status attempts error }'
const versionFields = `id status file { path sizeBytes sha256 } retrieval { ${retrievalFields} }`

/** Starts the retrieval of a version, for the first time or again. @throws when it is refused */
export async function retrieve(berth: string, token: string, id: string): Promise<void> {
  const result = await field<{ __typename: string; message?: string }>(
    berth,
    'mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename ... on Error { message } } }',
    { id },
    token,
  )
  if (result.__typename !== 'RetrieveModelSuccess') throw new Error(`${id}: ${result.message}`)
}

/** @throws when there is nothing to cancel */
export async function cancelRetrieval(berth: string, token: string, id: string): Promise<void> {
  const result = await field<{ __typename: string; message?: string }>(
    berth,
    'mutation ($id: ID!) { cancelRetrieval(versionId: $id) { __typename ... on Error { message } } }',
    { id },
    token,
  )
  if (result.__typename !== 'CancelRetrievalSuccess') throw new Error(`${id}: ${result.message}`)
}

export const readVersion = (berth: string, token: string, id: string): Promise<VersionState> =>
  field<VersionState>(berth, `query ($id: ID!) { modelVersion(id: $id) { ${versionFields} } }`, { id }, token)

/** Waits until a version is READY or FAILED. */
export const untilEnded = (
  berth: string,
  token: string,
  id: string,
  withinMs = 150_000,
): Promise<VersionState> =>
  until(
    `the retrieval of ${id} has ended`,
    async () => {
      const version = await readVersion(berth, token, id)
      return (version.status === 'READY' || version.status === 'FAILED') && version
    },
    withinMs,
  )

/** A retrieval that somebody started and watches. */
export interface Watched {
  versionId: string
  events: RetrievalState[]
  /** Every error that a step showed so far, each once. @throws when it cannot be watched any more */
  told(): string[]
  /** Waits until the retrieval is over, without asking for it. @returns the version then */
  ended(withinMs?: number): Promise<VersionState>
  close(): Promise<void>
}

/** Registers a model, subscribes to its retrieval, and starts that; comes back after every cut. */
export async function watchedRetrieval(
  berth: string,
  token: string,
  input: { name: string; source: { uri: string; sha256?: string | undefined } },
): Promise<Watched> {
  const { id: versionId } = await registerModel(berth, token, input)
  const client = createClient({
    url: `${berth.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 250)),
    connectionParams: { authorization: `Bearer ${token}` },
  })
  const connected = new Promise((resolve) => client.on('connected', resolve))
  const events: RetrievalState[] = []
  const failures: unknown[] = []
  const query = `subscription ($id: ID!) { retrieval(versionId: $id) { ${retrievalFields} } }`
  client.subscribe<{ retrieval: RetrievalState }>(
    { query, variables: { id: versionId } },
    {
      next({ data, errors }) {
        if (data) events.push(data.retrieval)
        if (errors) failures.push(...errors)
      },
      error: (error) => failures.push(error),
      complete: () => undefined,
    },
  )
  // Else the beginning could be over before anybody watches.
  await connected
  await retrieve(berth, token, versionId)
  const seen = () => {
    if (failures.length > 0) {
      throw new Error(`The subscription failed: ${JSON.stringify(failures)}`, { cause: failures[0] })
    }
    return events
  }
  const isOver = ({ status }: RetrievalState) => status !== 'PENDING' && status !== 'RUNNING'
  return {
    versionId,
    events,
    told: () => [...new Set(seen().flatMap(({ steps }) => steps.flatMap(({ error }) => error ?? [])))],
    async ended(withinMs = 150_000) {
      await until(`the retrieval of ${input.name} is over`, () => seen().some(isOver), withinMs)
      return until('the version can be read', () => readVersion(berth, token, versionId))
    },
    async close() {
      await client.dispose()
    },
  }
}
