import { failWith, type RequestContext, requireCaller } from '@berth/platform/subgraph'
import type { Caller } from '@berth/platform/tokens'
import { isUuid } from '@berth/platform/uuid'
import type { Resolvers } from '@berth/schema/generated/auth.ts'
import { GraphQLError } from 'graphql'
import { SlowDownError } from '../throttle/attempts.ts'
import type { RegistrationLimit } from '../throttle/registrations.ts'
import { TooBusyError } from './password.ts'
import {
  checkRegistration,
  type Registration,
  RegistrationMistake,
  UsernameTakenError,
} from './registration.ts'
import { type Tenant, toGraphTenant, toGraphUser, type User } from './user.ts'

/** What the resolvers are given: the caller, and the address that registrations are counted by. */
export interface AuthContext extends RequestContext {
  address: string
}

export interface ResolverOptions {
  userById(id: string): Promise<User | undefined>
  tenantById(id: string): Promise<Tenant | undefined>
  /** @throws UsernameTakenError, TooBusyError */
  register(registration: Registration): Promise<User>
  registrations: RegistrationLimit
}

/** The auth subgraph. A caller sees the users of its own tenant, and its own tenant. */
export function createResolvers(options: ResolverOptions): Resolvers<AuthContext> {
  const { userById, tenantById, register, registrations } = options
  return {
    Query: {
      async me(_parent, _input, context) {
        const caller = requireCaller(context)
        if (caller.kind === 'service') throw failWith('FORBIDDEN', 'This token is a service, not a user.')
        const user = isUuid(caller.subject) ? await userById(caller.subject) : undefined
        if (!user) throw failWith('UNAUTHENTICATED', 'This user is no longer there; sign in again.')
        return toGraphUser(user)
      },
    },
    Mutation: {
      async registerUser(_parent, { input }, { address, log }) {
        const { username = '', password = '', email } = input
        try {
          checkRegistration({ username, password, email })
          await registrations.count(address)
          const user = await register({ username, password, email })
          log.info({ username, address }, 'user registered')
          return { __typename: 'RegisterUserSuccess', user: toGraphUser(user) }
        } catch (error) {
          return toResult(error)
        }
      },
    },
    User: {
      async __resolveReference({ id }, { caller }) {
        const user = caller && isUuid(id) ? await userById(id) : undefined
        return user && maySee(caller, user.tenant.id) ? toGraphUser(user) : null
      },
    },
    Tenant: {
      async __resolveReference({ id }, { caller }) {
        const tenant = isUuid(id) && maySee(caller, id) ? await tenantById(id) : undefined
        return tenant ? toGraphTenant(tenant) : null
      },
    },
  }
}

function maySee(caller: Caller | undefined, tenantId: string): boolean {
  return caller !== undefined && (caller.tenantId === tenantId || caller.scopes.has('users:admin'))
}

/** What a registration ends with when it does not succeed: a member of the union, or an error of the request. */
function toResult(error: unknown) {
  if (error instanceof RegistrationMistake) {
    return { __typename: 'InvalidInput' as const, message: error.message, field: error.field }
  }
  if (error instanceof UsernameTakenError)
    return { __typename: 'UsernameTaken' as const, message: error.message }
  if (error instanceof SlowDownError) {
    const { message, retryAfterSeconds } = error
    throw new GraphQLError(message, { extensions: { code: 'TOO_MANY_REQUESTS', retryAfterSeconds } })
  }
  if (error instanceof TooBusyError) throw failWith('SERVICE_UNAVAILABLE', error.message)
  throw error
}
