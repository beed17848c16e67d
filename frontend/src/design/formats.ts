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

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

/** An instant in the person's own zone and language. */
export function formatTime(instant: string | null | undefined): string {
  return instant ? whole.format(new Date(instant)) : '–'
}

/** The same in short: the time if it is today, else the day. */
export function formatShortTime(instant: string, now = new Date()): string {
  const date = new Date(instant)
  return date.toDateString() === now.toDateString() ? timeOfDay.format(date) : day.format(date)
}

/** A count in short, such as `3.4 M`. */
export function formatCount(count: number | null | undefined): string {
  if (count === null || count === undefined) return '–'
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(count)
}

/** A number that is measured, with what it counts, such as `41.5 tokens/s`. */
export function formatRate(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? '–' : `${Number(value.toFixed(1))} ${unit}`
}

/** A part of a whole, such as `3 / 8`. */
export function formatShare(part: number | null | undefined, whole: number): string {
  return part === null || part === undefined ? '–' : `${part} / ${whole}`
}

/** A span of time, rounded to what a person plans with: `12 s`, `4 min`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}
