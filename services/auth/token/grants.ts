import type { SigningKeys } from '@berth/platform/signing'
import { isUuid } from '@berth/platform/uuid'
import { type Passwords, TooBusyError } from '../identity/password.ts'
import { scopesOfRole } from '../identity/roles.ts'
import type { Tenant, User } from '../identity/user.ts'
import { isUsername } from '../identity/username.ts'
import { type SignInAttempts, SlowDownError } from '../throttle/attempts.ts'
import type { Client } from './client.ts'
import { TokenFailure } from './failure.ts'
import type { Grant } from './request.ts'
import { narrowScope } from './scope.ts'
import type { Sessions } from './sessions.ts'

/** A successful answer of the token endpoint (RFC 6749, section 5.1). */
export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  scope: string
  refresh_token?: string
}

/** What the grants read of users and tenants. */
export interface Accounts {
  userByName(username: string): Promise<User | undefined>
  tenantById(id: string): Promise<Tenant | undefined>
}

export interface GrantOptions {
  accounts: Accounts
  passwords: Passwords
  attempts: SignInAttempts
  sessions: Sessions
  keys: Pick<SigningKeys, 'sign'>
  /** Seconds. */
  accessTokenLife: number
}

export interface Grants {
  /** @throws TokenFailure */
  password(request: Grant<'password'>, address: string): Promise<TokenAnswer>
  /** @throws TokenFailure */
  refresh(request: Grant<'refresh_token'>, address: string): Promise<TokenAnswer>
  /** @throws TokenFailure */
  client(request: Grant<'client_credentials'>, client: Client): Promise<TokenAnswer>
}

/** The audience of a user's token: everything that Berth serves to users. */
const userAudience = 'berth-api'

/** The three ways to a token. */
export function createGrants(options: GrantOptions): Grants {
  const { accounts, passwords, attempts, sessions, keys, accessTokenLife } = options

  async function answer(
    claims: Record<string, unknown>,
    to: { subject: string; audience: string; scopes: readonly string[] },
  ): Promise<TokenAnswer> {
    const scope = to.scopes.join(' ')
    const access_token = await keys.sign(
      { ...claims, scope },
      { subject: to.subject, audience: to.audience, expiresInSeconds: accessTokenLife },
    )
    return { access_token, token_type: 'Bearer', expires_in: accessTokenLife, scope }
  }

  const userAnswer = ({ id, username, role, tenant }: User, scopes: readonly string[]) =>
    answer(
      { username, role, tenant: tenant.id, namespace: tenant.namespace },
      { subject: id, audience: userAudience, scopes },
    )

  /** The user of a name and a password. Wrong ones are counted, and slow the next ones down. */
  async function signIn(username: string, password: string, address: string): Promise<User> {
    const name = isUsername(username) ? username : undefined
    const attempt = await attempts.begin(name, address)
    let user: User | undefined
    try {
      user = name === undefined ? undefined : await accounts.userByName(name)
      if (!(await passwords.verify(password, user?.passwordHash))) user = undefined
    } catch (error) {
      await attempt.withdrawn()
      throw error
    }
    if (!user) throw new TokenFailure('invalid_grant', 'The username or the password is wrong.')
    await attempt.succeeded()
    return user
  }

  return {
    async password({ username, password, scope }, address) {
      const user = await signIn(username, password, address).catch(translated)
      const scopes = narrowScope(scope, scopesOfRole[user.role])
      const refresh_token = await sessions.start(user, scopes, address)
      return { ...(await userAnswer(user, scopes)), refresh_token }
    },

    async refresh({ refresh_token: presented, scope }, address) {
      const { user, scopes, refreshToken } = await sessions.rotate(presented, address, (session) => {
        // What the role no longer grants is gone, even from sessions that began with it.
        const still = session.scope
          .split(' ')
          .filter((held) => scopesOfRole[session.user.role].includes(held))
        return narrowScope(scope, still)
      })
      return { ...(await userAnswer(user, scopes)), refresh_token: refreshToken }
    },

    async client({ audience, scope, tenant: tenantId }, client) {
      const to = audienceOf(client, audience)
      const scopes = narrowScope(scope, client.grants[to] ?? [])
      const tenant = tenantId === undefined ? undefined : await tenantFor(client, tenantId, accounts)
      const narrowed = tenant && { tenant: tenant.id, namespace: tenant.namespace }
      return answer(
        { client_id: client.clientId, ...narrowed },
        { subject: client.clientId, audience: to, scopes },
      )
    },
  }
}

function audienceOf(client: Client, asked: string | undefined): string {
  const granted = Object.keys(client.grants)
  const [only, another] = granted
  if (asked === undefined && only !== undefined && another === undefined) return only
  if (asked !== undefined && granted.includes(asked)) return asked
  throw new TokenFailure(
    'invalid_target',
    `The client ${client.clientId} may ask for the audience ${granted.join(' or ') || '(none)'}; name one in the parameter audience.`,
  )
}

async function tenantFor(client: Client, id: string, accounts: Accounts): Promise<Tenant> {
  if (!client.anyTenant) {
    throw new TokenFailure('unauthorized_client', `The client ${client.clientId} may not act for a tenant.`)
  }
  const tenant = isUuid(id) ? await accounts.tenantById(id) : undefined
  if (!tenant) throw new TokenFailure('invalid_request', 'The parameter tenant is not the id of a tenant.')
  return tenant
}

function translated(error: unknown): never {
  if (error instanceof SlowDownError) {
    throw new TokenFailure('slow_down', error.message, error.retryAfterSeconds)
  }
  if (error instanceof TooBusyError) throw new TokenFailure('temporarily_unavailable', error.message, 1)
  throw error
}
