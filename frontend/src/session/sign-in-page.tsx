import { type FormEvent, useState } from 'react'
import { Link, useLocation } from 'react-router'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { Entrance } from './entrance.tsx'
import { useSession } from './session-context.ts'

export function SignInPage() {
  const session = useSession()
  const state = useLocation().state
  const [error, setError] = useState(() => {
    const why = session.whyEnded()
    return why && `You were signed out. ${why}`
  })
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setError(undefined)
    try {
      await session.signIn(String(form.get('username')).trim(), String(form.get('password')))
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure))
      setBusy(false)
    }
  }

  return (
    <Entrance title="Sign in">
      <form onSubmit={submit}>
        {error && <Notice kind="error">{error}</Notice>}
        <Field label="Username" name="username" autoComplete="username" autoFocus required />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <Button type="submit" busy={busy}>
          Sign in
        </Button>
      </form>
      <p>
        No account yet?{' '}
        <Link to="/register" state={state}>
          Register
        </Link>
      </p>
    </Entrance>
  )
}
