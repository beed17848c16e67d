import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isLoopback, type Options, UsageError } from './arguments.ts'
import { Away, Refused, type Tokens } from './graph.ts'

/** How a person is asked, where there is one; undefined where there is no terminal. */
export type Prompt = ((question: string, isHidden: boolean) => Promise<string>) | undefined

/**
 * Whoever uploads: a token, or a user whose sign-in is renewed for as long as it takes.
 * @throws UsageError when nothing says who
 */
export async function readCredentials(
  options: Pick<Options, 'url' | 'tokenFile' | 'user' | 'data'>,
  environment: NodeJS.ProcessEnv,
  prompt: Prompt,
): Promise<Tokens> {
  const { url, tokenFile, user, data } = options
  if (tokenFile !== undefined) return fixed(await readText(tokenFile), `the token of ${tokenFile}`)
  if (user === undefined && environment.BERTH_TOKEN)
    return fixed(environment.BERTH_TOKEN, 'the token of BERTH_TOKEN')
  if (user === undefined && isLoopback(url)) {
    const password = await readText(join(data, 'admin-password')).catch(() => undefined)
    if (password) return signedIn(url, 'admin', password)
  }
  if (!prompt && (user === undefined || !environment.BERTH_PASSWORD)) {
    throw new UsageError(
      'Nothing says who uploads: give --token-file or BERTH_TOKEN, or --user with BERTH_PASSWORD. See npm run upload -- --help.',
    )
  }
  const name = user ?? (await prompt?.(`User at ${url}: `, false)) ?? ''
  const password = environment.BERTH_PASSWORD || (await prompt?.(`Password of ${name}: `, true))
  return signedIn(url, name, password ?? '')
}

async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    })
  }
}

const fixed =
  (token: string, what: string): Tokens =>
  async (isRefused) => {
    if (!isRefused) return token
    throw new Refused(
      `Berth does not accept ${what}; it may be over. Get a new one and run the same command again: what was sent is kept.`,
    )
  }

interface Session {
  token: string
  refreshToken: string
  renewAt: number
}

const renewBeforeMs = 60_000
const withinMs = 30_000

/** Signs in at the first question, and renews that before it is over (RFC 6749, sections 4.3 and 6). */
function signedIn(url: string, username: string, password: string): Tokens {
  let session: Promise<Session> | undefined
  const signIn = () => grant(url, { grant_type: 'password', username, password })
  const renew = ({ refreshToken }: Session) =>
    grant(url, { grant_type: 'refresh_token', refresh_token: refreshToken }).catch((error: unknown) => {
      if (error instanceof Refused) return signIn()
      throw error
    })

  return async (isRefused) => {
    const former = await session?.catch(() => undefined)
    if (!former) session = signIn()
    else if (isRefused || Date.now() > former.renewAt) session = renew(former)
    return ((await session) as Session).token
  }
}

async function grant(url: string, body: Record<string, string>): Promise<Session> {
  const answer = await fetch(`${url}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(withinMs),
  }).catch((error: unknown) => {
    throw new Away(`${url} does not answer.`, { cause: error })
  })
  if (answer.status >= 500) throw new Away(`${url} cannot sign anybody in now.`)
  const found = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  if (!answer.ok) {
    const why = found.error_description ?? `it answers with status ${answer.status}`
    throw new Refused(`${body.username ?? 'The user'} cannot be signed in at ${url}: ${String(why)}`)
  }
  return {
    token: String(found.access_token),
    refreshToken: String(found.refresh_token),
    renewAt: Date.now() + Number(found.expires_in) * 1_000 - renewBeforeMs,
  }
}
