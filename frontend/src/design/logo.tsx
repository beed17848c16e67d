import styles from './logo.module.css'

export function Logo() {
  return (
    <span className={styles.logo}>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M5 5v20M27 5v20M5 25h22" />
        <path d="M11 13h10l-2 6h-6z" className={styles.hull} />
      </svg>
      Berth
    </span>
  )
}
