import { type FormEvent, type ReactNode, type Ref, useId } from 'react'
import { Button } from './button.tsx'
import styles from './dialog.module.css'

interface DialogProps {
  ref: Ref<HTMLDialogElement>
  title: string
  /** The word on the button that goes ahead. */
  confirm: string
  /** The word on the button that does not. */
  dismiss?: string
  /** What goes ahead cannot be taken back. */
  look?: 'primary' | 'danger'
  /** The answer is on its way. */
  busy?: boolean
  onConfirm(event: FormEvent<HTMLFormElement>): void
  /** It is closed, by whichever way. */
  onClose?(): void
  children: ReactNode
}

/** A question in front of the page: the browser keeps the focus inside, and Escape is no. */
export function Dialog({
  ref,
  title,
  confirm,
  dismiss = 'Cancel',
  look = 'primary',
  busy = false,
  onConfirm,
  onClose,
  children,
}: DialogProps) {
  const id = useId()
  return (
    <dialog ref={ref} className={styles.dialog} aria-labelledby={id} onClose={onClose}>
      <form method="dialog" onSubmit={onConfirm}>
        <h2 id={id}>{title}</h2>
        {children}
        <div className={styles.actions}>
          <Button look="plain" onClick={(event) => event.currentTarget.closest('dialog')?.close()}>
            {dismiss}
          </Button>
          <Button type="submit" look={look} busy={busy}>
            {confirm}
          </Button>
        </div>
      </form>
    </dialog>
  )
}
