import { z } from 'zod'
import { parseBytes } from './quantity.ts'

/** Every mistake in a process's environment, one line each; the values themselves are never repeated. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError'
}

/**
 * Reads a process's settings from its environment, once. An empty variable counts as absent.
 * @throws ConfigurationError naming every variable that is missing or wrong.
 */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  )
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const mistakes = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0])
    const missing = given[name] === undefined
    const inside = issue.path.length > 1 ? ` (at ${issue.path.slice(1).join('.')})` : ''
    return `  ${name}: ${missing ? 'is missing' : issue.message}${inside}`
  })
  throw new ConfigurationError(
    `The environment is not usable; set these variables and start again:\n${mistakes.join('\n')}`,
  )
}

/** A TCP port; 0 lets the system choose. */
export const port = () => z.coerce.number().int('must be a whole number').min(0).max(65535)

/** An absolute http, https or postgres URL, without a trailing slash. */
export const url = () =>
  z.url({ error: 'must be an absolute URL' }).transform((value) => value.replace(/\/+$/, ''))

/** A secret of at least `minimum` characters. */
export const secret = (minimum = 1) =>
  z.string().min(minimum, `must be a secret of at least ${minimum} characters`)

/** JSON text of the given shape. */
export const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)

/** Words separated by commas; blanks around them and empty ones do not count. */
export const list = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  )

/** Bytes: a number, or a quantity such as `512Mi` or `64Gi`. */
export const bytes = () =>
  z.union([z.number(), z.string()]).transform((value, context) => {
    const read = parseBytes(String(value))
    if (read !== undefined) return read
    context.addIssue({ code: 'custom', message: 'must be a count of bytes such as 512Mi or 64Gi' })
    return z.NEVER
  })

/** `on` or `off`. */
export const flag = () => z.enum(['on', 'off']).transform((value) => value === 'on')

/** The settings that every Berth process takes. */
export const commonSettings = {
  HOST: z.string().default('127.0.0.1'),
  PORT: port(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  PLAINTEXT: z.enum(['loopback', 'allow']).default('loopback'),
}
