const units: Record<string, number> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }

/** Bytes of a Kubernetes quantity in binary units (`512Mi`, `64Gi`, or plain bytes); undefined for other text. */
export function parseQuantity(text: string): number | undefined {
  const [, digits, unit] = /^(\d+)(Ki|Mi|Gi|Ti)?$/.exec(text.trim()) ?? []
  if (digits === undefined) return undefined
  const bytes = Number(digits) * (units[unit ?? ''] ?? 1)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Bytes as a person reads them, in the units that limits are given in: `1.5 GiB`. */
export function describeBytes(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 30 ? (['GiB', 2 ** 30] as const) : (['MiB', 2 ** 20] as const)
  return `${Number((bytes / size).toFixed(1))} ${unit}`
}
