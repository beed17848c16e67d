import styles from './shared.module.css'

/** Marks what every tenant sees. */
export function Shared() {
  return (
    <small className={styles.shared} title="In the catalogue that every tenant sees">
      Shared
    </small>
  )
}
