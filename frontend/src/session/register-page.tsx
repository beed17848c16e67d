import { type FormEvent, useState } from 'react'
import { Link, useLocation } from 'react-router'
import { useMutation } from 'urql'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { graphql } from '../generated/gql.ts'
import { failureText } from '../graph/failure.ts'
import { Entrance } from './entrance.tsx'
import { useSession } from './session-context.ts'

const RegisterUser = graphql(`
  mutation RegisterUser($input: RegisterUserInput!) {
    registerUser(input: $input) {
      __typename
      ... on RegisterUserSuccess { user { id username } }
      ... on UsernameTaken { message }
      ... on InvalidInput { message field }
    }
  }
`)

interface Mistake {
  field: string | undefined
  message: string
}

export function RegisterPage() {
  const session = useSession()
  const state = useLocation().state
  const [{ fetching }, registerUser] = useMutation(RegisterUser)
  const [mistake, setMistake] = useState<Mistake>()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const username = String(form.get('username')).trim()
    const password = String(form.get('password'))
    const email = String(form.get('email')).trim() || null
    setMistake(undefined)
    const { data, error } = await registerUser({ input: { username, password, email } })
    const result = data?.registerUser
    if (result?.__typename === 'RegisterUserSuccess') {
      await session.signIn(username, password).catch((failure: unknown) => {
        setMistake({
          field: undefined,
          message: `You are registered, but signing in failed: ${failureText(failure)}`,
        })
      })
    } else if (result?.__typename === 'UsernameTaken')
      setMistake({ field: 'username', message: result.message })
    else if (result) setMistake({ field: result.field ?? undefined, message: result.message })
    else setMistake({ field: undefined, message: failureText(error) })
  }

  const errorOf = (field: string) => (mistake?.field === field ? mistake.message : undefined)
  const isElsewhere = mistake && !['username', 'password', 'email'].includes(mistake.field ?? '')
  return (
    <Entrance title="Register">
      <form onSubmit={submit}>
        {isElsewhere && <Notice kind="error">{mistake.message}</Notice>}
        <Field
          label="Username"
          name="username"
          hint="3 to 32 lower-case letters, digits and hyphens"
          autoComplete="username"
          autoFocus
          required
          error={errorOf('username')}
        />
        <Field
          label="E-mail (optional)"
          name="email"
          type="email"
          autoComplete="email"
          error={errorOf('email')}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          hint="At least 10 characters"
          autoComplete="new-password"
          minLength={10}
          required
          error={errorOf('password')}
        />
        <Button type="submit" busy={fetching}>
          Register
        </Button>
      </form>
      <p>
        Have an account?{' '}
        <Link to="/sign-in" state={state}>
          Sign in
        </Link>
      </p>
    </Entrance>
  )
}
