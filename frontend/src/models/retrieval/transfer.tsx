import { formatBytes, formatDuration } from '../../design/formats.ts'
import { Progress } from '../../design/progress.tsx'
import { secondsLeft } from './rate.ts'
import { useRate } from './use-rate.ts'

interface TransferProps {
  label: string
  done: number
  /** Null while nobody knows it. */
  total: number | null
  /** Bytes move, or should. */
  isFlowing: boolean
}

/** How far a download or an upload is, how fast it goes, and how long it will take. */
export function Transfer({ label, done, total, isFlowing }: TransferProps) {
  const rate = useRate(done, isFlowing)
  return <Progress label={label} done={done} total={total} text={transferText(done, total, rate)} />
}

/** Such as `1.0 GiB of 4.0 GiB (25 %) · 80.0 MiB/s · 39 s left`. */
export function transferText(done: number, total: number | null, rate: number | null): string {
  const share = total ? ` of ${formatBytes(total)} (${Math.floor((100 * done) / total)} %)` : ''
  const left = secondsLeft(done, total, rate)
  return [
    `${formatBytes(done)}${share}`,
    rate !== null && `${formatBytes(rate)}/s`,
    left !== null && left > 0 && `${formatDuration(left)} left`,
  ]
    .filter(Boolean)
    .join(' · ')
}
