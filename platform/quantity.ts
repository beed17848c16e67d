const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
}

/**
 * A Kubernetes quantity (`500m`, `1.5Gi`, `1e3`) as a number of cores or bytes; undefined for other text.
 * Source: API reference, "Quantity".
 */
export function parseQuantity(text: string): number | undefined {
  const [, digits, unit = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text.trim()) ?? []
  const number = Number(digits)
  const factor = factors[unit]
  return factor === undefined || Number.isNaN(number) ? undefined : number * factor
}

/** Whole bytes of a quantity such as `512Mi` or `64Gi`; undefined for other text. */
export function parseBytes(text: string): number | undefined {
  const bytes = parseQuantity(text)
  return bytes !== undefined && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined
}

const units = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const

/** Bytes as a person reads them, in the units that limits are given in: `1.5 GiB`. */
export function describeBytes(bytes: number): string {
  const [unit, size] = units.find(([, least]) => bytes >= least) ?? ['bytes', 1]
  return `${Number((bytes / size).toFixed(1))} ${unit}`
}
