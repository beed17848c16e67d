const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** Bytes in the largest unit that leaves a whole part, such as `7.2 MiB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–'
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** CPU in cores, such as `0.25`. */
export function formatCores(cores: number | null | undefined): string {
  return cores === null || cores === undefined ? '–' : cores.toFixed(2)
}

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** An instant in the person's own zone and language. */
export function formatTime(instant: string | null | undefined): string {
  return instant ? time.format(new Date(instant)) : '–'
}

/** A count in short, such as `3.4 M`. */
export function formatCount(count: number | null | undefined): string {
  if (count === null || count === undefined) return '–'
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(count)
}
