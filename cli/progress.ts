import { describeBytes } from '@berth/platform/quantity'

/** Where an upload stands. */
export interface Progress {
  fileName: string
  sentBytes: number
  totalBytes: number
  /** Null until enough has been sent to tell. */
  bytesPerSecond: number | null
}

/** A span of time as a person reads it at a glance: `0:18`, `12:05`, `3:02:10`. */
export function formatTime(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (number: number) => String(number).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

export function formatProgress({ fileName, sentBytes, totalBytes, bytesPerSecond }: Progress): string {
  const percent = Math.floor((sentBytes / totalBytes) * 100)
  const rate = bytesPerSecond
    ? `  ${describeBytes(bytesPerSecond)}/s  ${formatTime((totalBytes - sentBytes) / bytesPerSecond)} left`
    : ''
  return `${fileName}  ${percent} %  ${describeBytes(sentBytes)} of ${describeBytes(totalBytes)}${rate}`
}

/** Computes the rate of the last ten seconds; what the store had before is none of it. */
export function createRate(now: () => number = Date.now) {
  let samples: { at: number; bytes: number }[] = []
  return (bytes: number): number | null => {
    const at = now()
    samples = [...samples.filter((sample) => at - sample.at <= 10_000), { at, bytes }]
    const [first] = samples
    if (!first || at - first.at < 500 || bytes <= first.bytes) return null
    return ((bytes - first.bytes) / (at - first.at)) * 1_000
  }
}

/** Where a command tells how it goes: one line that changes at a terminal, a line now and then elsewhere. */
export interface Screen {
  /** Shows a passing line. */
  show(line: string): void
  /** Writes a line that stays. */
  say(line: string): void
}

const everyMs = { terminal: 200, log: 10_000 }

export function createScreen(
  stream: { write(text: string): unknown; isTTY?: boolean; columns?: number },
  now: () => number = Date.now,
): Screen {
  const isTerminal = stream.isTTY === true
  let shownAt = Number.NEGATIVE_INFINITY
  let isShowing = false
  return {
    show(line) {
      if (now() - shownAt < (isTerminal ? everyMs.terminal : everyMs.log)) return
      shownAt = now()
      // A line that wraps could not be overwritten. Terminals that do not know their width say 0.
      stream.write(isTerminal ? `\r\u001b[K${line.slice(0, (stream.columns || 80) - 1)}` : `${line}\n`)
      isShowing = isTerminal
    },
    say(line) {
      stream.write(`${isShowing ? '\r\u001b[K' : ''}${line}\n`)
      isShowing = false
      shownAt = Number.NEGATIVE_INFINITY
    },
  }
}
