import { formatShortTime, formatTime } from './formats.ts'

/** When something was, in short; whole for whoever points at it, or reads by machine. */
export function Instant({ at }: { at: string | null | undefined }) {
  if (!at) return '–'
  return (
    <time dateTime={at} title={formatTime(at)}>
      {formatShortTime(at)}
    </time>
  )
}
