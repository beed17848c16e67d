import { isUniqueViolation } from '@berth/platform/postgres'
import type { DataSource } from 'typeorm'
import { z } from 'zod'
import { type Passwords, passwordMistake } from './password.ts'
import type { Role } from './roles.ts'
import { type Tenant, tenantEntity, type User, userEntity } from './user.ts'
import { usernameMistake } from './username.ts'

export interface Registration {
  username: string
  password: string
  email?: string | null
}

/** A value that breaks a rule, and the field that holds it. */
export class RegistrationMistake extends Error {
  override name = 'RegistrationMistake'
  readonly field: keyof Registration
  constructor(field: keyof Registration, message: string) {
    super(message)
    this.field = field
  }
}

export class UsernameTakenError extends Error {
  override name = 'UsernameTakenError'
}

const emailAddress = z.email().max(254)

/** @throws RegistrationMistake for the first rule that is broken. */
export function checkRegistration({ username, password, email }: Registration): void {
  const wrongName = usernameMistake(username)
  if (wrongName) throw new RegistrationMistake('username', wrongName)
  const wrongPassword = passwordMistake(password, username)
  if (wrongPassword) throw new RegistrationMistake('password', wrongPassword)
  if (email && !emailAddress.safeParse(email).success) {
    throw new RegistrationMistake('email', 'This is not an e-mail address; leave it out or correct it.')
  }
}

/**
 * Creates a user and the tenant that it owns, both or neither. The rules are the caller's to check first.
 * @throws UsernameTakenError, TooBusyError
 */
export async function register(
  database: DataSource,
  passwords: Passwords,
  { username, password, email }: Registration,
  role: Role = 'USER',
): Promise<User> {
  const taken = new UsernameTakenError(`The username ${username} is taken; choose another one.`)
  // Asked first only to spare the hash; the unique constraints are what decides.
  if (await database.getRepository<User>(userEntity).existsBy({ username })) throw taken
  const passwordHash = await passwords.hash(password)
  try {
    return await database.transaction(async (transaction) => {
      const tenants = transaction.getRepository<Tenant>(tenantEntity)
      const users = transaction.getRepository<User>(userEntity)
      const tenant = await tenants.save(tenants.create({ name: username, namespace: `berth-${username}` }))
      return users.save(users.create({ username, email: email || null, role, passwordHash, tenant }))
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw taken
    throw error
  }
}

/** Creates the user `admin` where it is missing; one that is there keeps its password. */
export async function ensureAdministrator(
  database: DataSource,
  passwords: Passwords,
  password: string,
): Promise<'created' | 'present'> {
  try {
    await register(database, passwords, { username: 'admin', password }, 'ADMIN')
    return 'created'
  } catch (error) {
    if (error instanceof UsernameTakenError) return 'present'
    throw error
  }
}
