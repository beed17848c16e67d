import {
  type InputHTMLAttributes,
  type ReactNode,
  type RefObject,
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
  const described = useDescribed(error)
  const box = useFocusWhenWrong<HTMLInputElement>(error)
  return (
    <Framed {...{ described, label, hint, error }}>
      <input {...input} ref={box} {...described} />
    </Framed>
  )
}

export function Select({ label, hint, error, ...select }: Frame & SelectHTMLAttributes<HTMLSelectElement>) {
  const described = useDescribed(error)
  return (
    <Framed {...{ described, label, hint, error }}>
      <select {...select} {...described} />
    </Framed>
  )
}

/** For a text of several lines. */
export function TextArea({
  label,
  hint,
  error,
  ...area
}: Frame & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const described = useDescribed(error)
  const box = useFocusWhenWrong<HTMLTextAreaElement>(error)
  return (
    <Framed {...{ described, label, hint, error }}>
      <textarea rows={3} {...area} ref={box} {...described} />
    </Framed>
  )
}

/** Yes or no. */
export function Check({ label, hint, error, ...input }: Frame & InputHTMLAttributes<HTMLInputElement>) {
  const described = useDescribed(error)
  return (
    <div className={styles.check}>
      <input {...input} type="checkbox" {...described} />
      <label htmlFor={described.id}>{label}</label>
      <Note id={described['aria-describedby']} hint={hint} error={error} />
    </div>
  )
}

type Described = ReturnType<typeof useDescribed>

/** What ties a box to its label and its note. */
function useDescribed(error: string | undefined) {
  const id = useId()
  return { id, 'aria-invalid': error !== undefined, 'aria-describedby': `${id}-note` }
}

function useFocusWhenWrong<Box extends HTMLElement>(error: string | undefined): RefObject<Box | null> {
  const box = useRef<Box>(null)
  useEffect(() => {
    if (error !== undefined) box.current?.focus()
  }, [error])
  return box
}

/** A box between its label and its note. */
function Framed({
  described,
  label,
  hint,
  error,
  children,
}: Frame & { described: Described; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={described.id}>{label}</label>
      {children}
      <Note id={described['aria-describedby']} hint={hint} error={error} />
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
