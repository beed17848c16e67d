import type { DataSource } from 'typeorm'
import type { Accounts } from '../token/grants.ts'
import { type Tenant, tenantEntity, type User, userEntity } from './user.ts'

export interface AccountQueries extends Accounts {
  userById(id: string): Promise<User | undefined>
}

/** What is read of users and tenants; ids must be UUIDs. */
export function createAccounts(database: DataSource): AccountQueries {
  const users = database.getRepository<User>(userEntity)
  const tenants = database.getRepository<Tenant>(tenantEntity)
  return {
    userByName: async (username) => (await users.findOneBy({ username })) ?? undefined,
    userById: async (id) => (await users.findOneBy({ id })) ?? undefined,
    tenantById: async (id) => (await tenants.findOneBy({ id })) ?? undefined,
  }
}
