import { createHash } from 'node:crypto'

/**
 * JSON text that is the same for the same value, whatever the order its keys were set in: object keys sorted by UTF-16
 * code units, no white space, `undefined` members left out (RFC 8785, whose number and string forms are those of
 * ECMAScript).
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

/** SHA-256 of a value's canonical JSON, as 64 hexadecimal digits. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
