import { parseQuantity } from '@berth/platform/quantity'

/** Whole bytes of a Kubernetes quantity such as `512Mi` or `64Gi`; undefined for other text. */
export function parseBytes(text: string): number | undefined {
  const bytes = parseQuantity(text)
  return bytes !== undefined && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined
}

/** Bytes as a person reads them, in the units that limits are given in: `1.5 GiB`. */
export function describeBytes(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 30 ? (['GiB', 2 ** 30] as const) : (['MiB', 2 ** 20] as const)
  return `${Number((bytes / size).toFixed(1))} ${unit}`
}
