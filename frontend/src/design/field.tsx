import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useEffect,
  useId,
  useRef,
} from 'react'
import styles from './field.module.css'

interface Frame {
  label: string
  hint?: ReactNode
  /** What is wrong with the value; shown in place of the hint and read out with the field, which gets the focus. */
  error?: string | undefined
}

export function Field({ label, hint, error, ...input }: Frame & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId()
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (error !== undefined) box.current?.focus()
  }, [error])
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        ref={box}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  )
}

export function Select({ label, hint, error, ...select }: Frame & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select {...select} id={id} aria-invalid={error !== undefined} aria-describedby={`${id}-note`} />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  )
}

/** For a text of several lines. */
export function TextArea({
  label,
  hint,
  error,
  ...area
}: Frame & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (error !== undefined) box.current?.focus()
  }, [error])
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        rows={3}
        {...area}
        ref={box}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  )
}

/** Yes or no. */
export function Check({ label, hint, error, ...input }: Frame & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId()
  return (
    <div className={styles.check}>
      <input
        {...input}
        type="checkbox"
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      />
      <label htmlFor={id}>{label}</label>
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  )
}

function Note({ id, hint, error }: { id: string; hint?: ReactNode; error?: string | undefined }) {
  return (
    <small id={id} className={error ? styles.error : styles.hint}>
      {error ?? hint}
    </small>
  )
}
