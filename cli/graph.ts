/** Berth said no, in words for people; asking again would not help. */
export class Refused extends Error {
  override name = 'Refused'
}

/** No answer, or one that says that a part of Berth is away; the same may work later. */
export class Away extends Error {
  override name = 'Away'
}

/** Gives an access token that holds for a while; `isRefused` when the last one did not. */
export type Tokens = (isRefused: boolean) => Promise<string>

/** Asks the graph. @throws Refused, Away */
export type Ask = <Data>(
  query: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
) => Promise<Data>

interface Answer {
  data?: unknown
  errors?: { message: string; extensions?: { code?: string } }[]
}

const withinMs = 60_000

export function createAsk(url: string, tokens: Tokens): Ask {
  async function post(token: string, body: object, signal: AbortSignal): Promise<Answer> {
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
      })
      return (await response.json()) as Answer
    } catch (error) {
      signal.throwIfAborted()
      throw new Away(`${url} does not answer.`, { cause: error })
    }
  }

  return async <Data>(query: string, variables: Record<string, unknown>, signal: AbortSignal) => {
    for (const isRefused of [false, true]) {
      const { data, errors } = await post(await tokens(isRefused), { query, variables }, signal)
      const [error] = errors ?? []
      if (!error && data) return data as Data
      const code = error?.extensions?.code
      if (code === 'UNAUTHENTICATED' && !isRefused) continue
      if (!error || code === 'SERVICE_UNAVAILABLE' || code === 'INTERNAL_SERVER_ERROR') {
        throw new Away(error?.message ?? `${url} answers with something else than Berth does.`)
      }
      throw new Refused(error.message)
    }
    throw new Refused('The token does not hold.')
  }
}

const patienceMs = 15 * 60_000
const longestPauseMs = 30_000

/** Does something until it succeeds. @throws what is no outage, and Away after a quarter of an hour */
export type Persist = <Value>(work: () => Promise<Value>) => Promise<Value>

/** Waits out outages, with growing pauses, and tells of each one once, however many notice it. */
export function createPersist({
  signal,
  pause,
  say,
}: {
  signal: AbortSignal
  pause(ms: number): Promise<void>
  say(line: string): void
}): Persist {
  let told: string | undefined
  function tell(reason: string | undefined): void {
    if (reason !== told)
      say(reason === undefined ? 'It goes on.' : `${reason} Trying again; Ctrl-C keeps what was sent.`)
    told = reason
  }
  return async (work) => {
    const giveUpAt = Date.now() + patienceMs
    for (let failures = 0; ; failures++) {
      try {
        const value = await work()
        if (failures > 0) tell(undefined)
        return value
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof Away) || Date.now() > giveUpAt) throw error
        tell(error.message)
        await pause(Math.min(500 * 2 ** failures, longestPauseMs))
      }
    }
  }
}
