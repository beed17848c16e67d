import { bytes, json } from '@berth/platform/config'
import { z } from 'zod'

/** How much one owner may keep in the object store; both in bytes. */
export interface StorageLimits {
  storage: number
  /** The largest file that may be retrieved or uploaded. */
  file: number
}

/** The limits of each owner: of a tenant by its name, and of the shared catalogue, which is a pool of its own. */
export interface LimitsOf {
  tenant(name: string | undefined): StorageLimits
  shared: StorageLimits
}

const some = z.strictObject({ storage: bytes(), file: bytes() }).partial()

const fallback: StorageLimits = { storage: 500 * 2 ** 30, file: 100 * 2 ** 30 }

/**
 * `{"default": {"storage": "500Gi", "file": "100Gi"}, "shared": {...}, "tenants": {"acme": {...}}}`; whatever is left out
 * is as in `default`, and that as above.
 */
const shape = z.strictObject({
  default: some.default({}),
  shared: some.default({}),
  tenants: z.record(z.string(), some).default({}),
})

/** The setting STORAGE_LIMITS. */
export const storageLimits = () =>
  json(shape)
    .default({ default: {}, shared: {}, tenants: {} })
    .transform((given): LimitsOf => {
      const usual = { ...fallback, ...given.default }
      const tenants = new Map(Object.entries(given.tenants))
      return {
        tenant: (name) => ({ ...usual, ...(name !== undefined && tenants.get(name)) }),
        shared: { ...usual, ...given.shared },
      }
    })
