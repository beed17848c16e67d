import type { ButtonHTMLAttributes } from 'react'
import styles from './button.module.css'

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: 'primary' | 'plain' | 'danger'
  /** Something runs: the button waits, and says so to screen readers. */
  busy?: boolean
}

export function Button({ look = 'primary', busy = false, disabled, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={[styles.button, styles[look], className].filter(Boolean).join(' ')}
      disabled={disabled || busy}
      aria-busy={busy}
    />
  )
}
