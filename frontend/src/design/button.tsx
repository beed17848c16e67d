import type { ButtonHTMLAttributes } from 'react'
import styles from './button.module.css'

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: 'primary' | 'plain' | 'danger'
  /** Something runs: the button does nothing meanwhile, and says so to screen readers. It keeps the focus. */
  busy?: boolean
}

export function Button({ look = 'primary', busy = false, className, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={[styles.button, styles[look], className].filter(Boolean).join(' ')}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      aria-disabled={busy}
      aria-busy={busy}
    />
  )
}
