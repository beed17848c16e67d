import type { ReactNode } from 'react'
import styles from './notice.module.css'

/** Something that the person should read now. Errors are read out at once by screen readers. */
export function Notice({ kind, children }: { kind: 'error' | 'warning' | 'good'; children: ReactNode }) {
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={kind === 'error' ? 'alert' : 'status'}>
      {children}
    </div>
  )
}
