import { setTimeout as delay } from 'node:timers/promises'
import { field } from '@berth/kit/graph'

/** Who asks a Berth, and until when a round may go on asking. */
export interface Caller {
  berth: string
  token: string
  giveUpAt: number
}

/** Berth answered, and said no: asking again would not help. */
class Refused extends Error {
  override name = 'Refused'
}

const pauseMs = 200
const answerWithinMs = 30_000

/**
 * Asks until Berth has answered, as a person does whose request broke off. What was not answered may have been done.
 * @param ask gets how many requests went unanswered before
 * @throws Refused, or with the last error when the round is over
 */
export async function insist<T>(
  what: string,
  { giveUpAt }: Caller,
  ask: (unanswered: number) => Promise<T>,
): Promise<T> {
  for (let unanswered = 0; ; unanswered += 1) {
    try {
      return await answered(ask(unanswered))
    } catch (error) {
      if (error instanceof Refused) throw error
      if (Date.now() > giveUpAt) throw new Error(`${what} was never answered: ${error}`, { cause: error })
      await delay(pauseMs)
    }
  }
}

async function answered<T>(asking: Promise<T>): Promise<T> {
  const late = new AbortController()
  const tooLate = delay(answerWithinMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`There was no answer within ${answerWithinMs / 1_000} s.`)
  })
  try {
    return await Promise.race([asking, tooLate])
  } finally {
    late.abort()
    tooLate.catch(() => undefined)
  }
}

interface Result {
  __typename: string
  message?: string
  server?: { id: string; url: string }
  version?: { id: string }
}

/** Results that need a thought: those that mean that an earlier request was taken after all, and those that pass. */
interface Meanings {
  taken?: string
  passing?: string
}

/** Gives a command until it is acknowledged. */
function command(
  caller: Caller,
  what: string,
  query: string,
  variables: Record<string, unknown>,
  { taken, passing }: Meanings = {},
): Promise<Result> {
  return insist(what, caller, async (unanswered) => {
    const result = await field<Result>(caller.berth, query, variables, caller.token)
    const { __typename: type, message } = result
    if (type.endsWith('Success') || (unanswered > 0 && type === taken)) return result
    const why = `${what} was refused: ${type}: ${message}`
    throw type === passing ? new Error(why) : new Refused(why)
  })
}

export async function register(caller: Caller, name: string, uri: string): Promise<string> {
  const query = `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
    __typename ... on Error { message } ... on RegisterModelSuccess { version { id } } } }`
  const { version } = await command(caller, `registering ${name}`, query, {
    input: { name, source: { uri } },
  })
  return version?.id ?? ''
}

/** Deploys a server once, however often it has to be asked for: names are unique. */
export async function deployOnce(
  caller: Caller,
  input: { name: string; model: string; replicas?: number },
): Promise<{ id: string; url: string }> {
  const query = `mutation ($input: DeployServerInput!) { deployServer(input: $input) {
    __typename ... on Error { message } ... on DeployServerSuccess { server { id url } } } }`
  const result = await command(
    caller,
    `deploying ${input.name}`,
    query,
    { input },
    { taken: 'ContractViolation' },
  )
  return result.server ?? insist(`finding ${input.name}`, caller, () => find(caller, input.name))
}

async function find({ berth, token }: Caller, name: string): Promise<{ id: string; url: string }> {
  const query = '{ servers(first: 100) { edges { node { id name url } } } }'
  const { edges } = await field<{ edges: { node: { id: string; name: string; url: string } }[] }>(
    berth,
    query,
    {},
    token,
  )
  const found = edges.map(({ node }) => node).find((server) => server.name === name)
  if (!found) throw new Refused(`deploying ${name} was refused, and there is no server of that name.`)
  return found
}

export async function lifecycle(
  caller: Caller,
  mutation: 'stopServer' | 'startServer' | 'deleteServer' | 'deleteModelVersion',
  id: string,
): Promise<void> {
  const query = `mutation ($id: ID!) { ${mutation}(id: $id) { __typename ... on Error { message } } }`
  const meanings: Partial<Record<typeof mutation, Meanings>> = {
    deleteServer: { taken: 'ServerNotFound' },
    // A version is in use until its server's last pod is gone.
    deleteModelVersion: { taken: 'VersionNotFound', passing: 'VersionInUse' },
  }
  await command(caller, `${mutation} of ${id}`, query, { id }, meanings[mutation])
}

export async function scale(caller: Caller, id: string, replicas: number): Promise<void> {
  const query = `mutation ($id: ID!, $replicas: Int!) { scaleServer(id: $id, replicas: $replicas) {
    __typename ... on Error { message } } }`
  await command(caller, `scaling ${id}`, query, { id, replicas })
}
