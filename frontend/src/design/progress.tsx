import styles from './progress.module.css'

/** How far something is, as a bar and in words; `total` is null while nobody knows it. */
export function Progress({
  label,
  done,
  total,
  text,
}: {
  label: string
  done: number
  total: number | null
  text: string
}) {
  return (
    <div className={styles.progress}>
      <progress aria-label={label} {...(total === null ? {} : { value: done, max: Math.max(total, 1) })} />
      <span>{text}</span>
    </div>
  )
}
