import type { ReactNode } from 'react'
import styles from './notice.module.css'

/**
 * Something that the person should read now. Errors are read out at once by screen readers. Inside a region that is read
 * out by itself it takes the role `presentation`.
 */
export function Notice({
  kind,
  role = kind === 'error' ? 'alert' : 'status',
  children,
}: {
  kind: 'error' | 'warning' | 'good'
  role?: 'alert' | 'status' | 'presentation'
  children: ReactNode
}) {
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={role}>
      {children}
    </div>
  )
}
