import { z } from 'zod'
import { TokenFailure } from './failure.ts'

/** Long enough for anything that we issue, so that nobody makes us carry more. */
const text = z.string().max(4_096)

const common = { client_id: text.optional(), client_secret: text.optional() }

const tokenRequest = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('password'),
    username: text.min(1),
    password: text.min(1),
    scope: text.optional(),
    ...common,
  }),
  z.object({
    grant_type: z.literal('refresh_token'),
    refresh_token: text.min(1),
    scope: text.optional(),
    ...common,
  }),
  z.object({
    grant_type: z.literal('client_credentials'),
    scope: text.optional(),
    audience: text.optional(),
    tenant: text.optional(),
    ...common,
  }),
])

const revocation = z.object({ token: text.min(1), token_type_hint: text.optional(), ...common })

export type TokenRequest = z.infer<typeof tokenRequest>
export type Grant<Type extends TokenRequest['grant_type']> = Extract<TokenRequest, { grant_type: Type }>
export type Revocation = z.infer<typeof revocation>

export const grantTypes = ['password', 'refresh_token', 'client_credentials'] as const

/** Reads the body of a token request, be it JSON or a form. @throws TokenFailure */
export function readTokenRequest(body: unknown): TokenRequest {
  const parameters = readParameters(body)
  const { grant_type } = parameters
  if (grant_type === undefined) throw new TokenFailure('invalid_request', missing('grant_type'))
  if (!grantTypes.some((known) => known === grant_type)) {
    throw new TokenFailure('unsupported_grant_type', `The grant types here are ${grantTypes.join(', ')}.`)
  }
  return check(tokenRequest, parameters)
}

/** Reads the body of a revocation (RFC 7009). @throws TokenFailure */
export function readRevocation(body: unknown): Revocation {
  return check(revocation, readParameters(body))
}

/** A parameter without a value counts as left out, and none may come twice (RFC 6749, section 3.2). */
function readParameters(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TokenFailure('invalid_request', 'Send the parameters as a form or as one JSON object.')
  }
  const given = Object.entries(body).filter(([, value]) => value !== '' && value !== null)
  for (const [name, value] of given) {
    if (typeof value === 'string') continue
    const why = Array.isArray(value) ? 'was given more than once' : 'must be a string'
    throw new TokenFailure('invalid_request', `The parameter ${name.slice(0, 40)} ${why}.`)
  }
  return Object.fromEntries(given)
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  parameters: Record<string, unknown>,
): z.infer<Schema> {
  const parsed = schema.safeParse(parameters)
  if (parsed.success) return parsed.data
  const name = String(parsed.error.issues[0]?.path[0] ?? 'grant_type')
  throw new TokenFailure(
    'invalid_request',
    parameters[name] === undefined ? missing(name) : `The parameter ${name} is too long.`,
  )
}

const missing = (name: string) => `The parameter ${name} is missing.`
