import { type Logger, pino } from 'pino'

export type Log = Logger

const secretKeys = [
  'authorization',
  'password',
  'token',
  'secret',
  'clientSecret',
  'client_secret',
  'secretKey',
]

/**
 * A process's log: one JSON object a line on standard output. Values under keys that hold secrets are replaced, at the
 * top level and one level down.
 */
export function createLog(name: string, level = 'info'): Log {
  return pino({
    name,
    level,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' },
  })
}
