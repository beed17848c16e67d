import { randomBytes } from 'node:crypto'
import { field } from './graph.ts'

export interface Person {
  username: string
  password: string
  token: string
  refreshToken: string
}

export interface TokenAnswer {
  status: number
  body: Record<string, unknown>
}

/** Asks the token endpoint, as JSON. */
export async function askForToken(berth: string, body: Record<string, string>): Promise<TokenAnswer> {
  const response = await fetch(`${berth}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** @throws when the password is wrong */
export async function signIn(berth: string, username: string, password: string): Promise<Person> {
  const { status, body } = await askForToken(berth, { grant_type: 'password', username, password })
  if (status !== 200) throw new Error(`${username} could not sign in: ${JSON.stringify(body)}`)
  return { username, password, token: String(body.access_token), refreshToken: String(body.refresh_token) }
}

/** Registers somebody new, in a tenant of their own, and signs them in. */
export async function newPerson(berth: string, prefix = 'p'): Promise<Person> {
  const username = `${prefix}-${randomBytes(5).toString('hex')}`
  const password = randomBytes(12).toString('base64url')
  const result = await field<{ __typename: string; message?: string }>(
    berth,
    'mutation ($input: RegisterUserInput!) { registerUser(input: $input) { __typename ... on Error { message } } }',
    { input: { username, password } },
  )
  if (result.__typename !== 'RegisterUserSuccess') throw new Error(`${username}: ${result.message}`)
  return signIn(berth, username, password)
}
