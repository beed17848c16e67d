import styles from './badge.module.css'

export type Tone = 'good' | 'busy' | 'bad' | 'calm'

/** A status in a word; the dot is for the eye only. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>
}
