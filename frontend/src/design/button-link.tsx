import { Link, type LinkProps } from 'react-router'
import styles from './button.module.css'

/** A link that looks like a button: it goes somewhere, so it can be opened in a new tab. */
export function ButtonLink({ look = 'primary', ...rest }: LinkProps & { look?: 'primary' | 'plain' }) {
  return <Link {...rest} className={`${styles.button} ${styles[look]}`} />
}
