import type { ReactNode } from 'react'
import styles from './panel.module.css'

/** A titled part of a page. */
export function Panel({
  title,
  actions,
  children,
}: {
  title: string
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={styles.panel} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  )
}

/** The head of a page: what it is, with a mark beside it, and what can be done here. Names the browser's tab as well. */
export function PageHead({
  title,
  mark,
  children,
}: {
  title: string
  mark?: ReactNode
  children?: ReactNode
}) {
  return (
    <header className={styles.head}>
      <title>{`${title} · Berth`}</title>
      <h1>
        {title} {mark}
      </h1>
      <div className={styles.actions}>{children}</div>
    </header>
  )
}

/** Says that there is nothing yet, and what to do about it. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children}
    </div>
  )
}

/** A whole page that says that there is nothing, and where to go instead. */
export function Nothing({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <title>{`${title} · Berth`}</title>
      <h1>{title}</h1>
      {children}
    </div>
  )
}
