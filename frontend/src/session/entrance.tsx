import type { ReactNode } from 'react'
import { Logo } from '../design/logo.tsx'
import styles from './entrance.module.css'

/** The frame of the pages for somebody who is not signed in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={styles.entrance}>
      <title>{`${title} · Berth`}</title>
      <Logo />
      <section className={styles.card}>
        <h1>{title}</h1>
        {children}
      </section>
      <p className={styles.claim}>Language models on your own Kubernetes.</p>
    </main>
  )
}
