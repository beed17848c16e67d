import type { Tenant as GraphTenant, User as GraphUser } from '@berth/schema/generated/auth.ts'
import { EntitySchema } from 'typeorm'
import type { Role } from './roles.ts'

/** An organisation: it owns models and servers, and has one Kubernetes namespace. */
export interface Tenant {
  id: string
  name: string
  namespace: string
  createdAt: Date
}

/** A person who can sign in. */
export interface User {
  id: string
  username: string
  email: string | null
  role: Role
  passwordHash: string
  tenant: Tenant
  createdAt: Date
}

export const tenantEntity = new EntitySchema<Tenant>({
  name: 'Tenant',
  tableName: 'tenants',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    name: { type: 'text', unique: true },
    namespace: { type: 'text', unique: true },
    createdAt: { name: 'created_at', type: 'timestamptz', createDate: true },
  },
})

export const userEntity = new EntitySchema<User>({
  name: 'User',
  tableName: 'users',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    username: { type: 'text', unique: true },
    email: { type: 'text', nullable: true },
    role: { type: 'text' },
    passwordHash: { name: 'password_hash', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', createDate: true },
  },
  relations: {
    tenant: {
      type: 'many-to-one',
      target: 'Tenant',
      joinColumn: { name: 'tenant_id' },
      nullable: false,
      eager: true,
    },
  },
})

/** A row as the graph shows it: never with its password hash. */
export function toGraphUser({ id, username, email, role, tenant, createdAt }: User): GraphUser {
  return { __typename: 'User', id, username, email, role, tenant: toGraphTenant(tenant), createdAt }
}

export function toGraphTenant({ id, name, namespace }: Tenant): GraphTenant {
  return { __typename: 'Tenant', id, name, namespace }
}
