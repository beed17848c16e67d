import { bytes } from '@berth/platform/config'
import { z } from 'zod'

/** What one tenant may use at once. */
export interface Limits {
  servers: number
  replicas: number
  /** Cores. */
  cpu: number
  /** Bytes. */
  memory: number
}

/** Limits as configuration has them; memory as bytes or a quantity such as `64Gi`. */
export const limitsShape = z.strictObject({
  servers: z.number().min(0),
  replicas: z.number().min(0),
  cpu: z.number().min(0),
  memory: bytes(),
})

/** A tenant's namespace is `berth-` and its name. */
export const tenantNameOf = (namespace: string) => namespace.replace(/^berth-/, '')

/** Finds the limits that hold in a tenant's namespace: the defaults, and over them what its name was given. */
export function tenantLimits(
  defaults: Limits,
  overrides: Record<string, Partial<Limits>>,
): (namespace: string) => Limits {
  const own = new Map(Object.entries(overrides))
  return (namespace) => ({ ...defaults, ...own.get(tenantNameOf(namespace)) })
}
