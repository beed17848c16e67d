/** Everything that a token can allow. */
export const allScopes = [
  'models:read',
  'models:write',
  'servers:read',
  'servers:write',
  'servers:invoke',
  'users:admin',
  'status:publish',
] as const

export const roles = ['ADMIN', 'OPERATOR', 'USER'] as const
export type Role = (typeof roles)[number]

const ownTenant = ['models:read', 'models:write', 'servers:read', 'servers:write', 'servers:invoke']

/** The scopes that a user's role grants. */
export const scopesOfRole: Record<Role, readonly string[]> = {
  ADMIN: allScopes,
  OPERATOR: ownTenant,
  USER: ownTenant,
}
