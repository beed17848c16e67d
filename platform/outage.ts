/** The connection says it: errors of the system, and PostgreSQL's own, by SQLSTATE (appendix A, classes 08 and 57P). */
const away = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|EHOSTUNREACH|ENOTFOUND|57P0[123]|08\w{3})$/
/** The time for an answer is over, by the client's clock or the server's (57014), or a lock could not be had. */
const slow = /^(?:ETIMEDOUT|57014|55P03)$/
const full = /^53100$/

/** node-postgres has no code for these. */
const awayWords = /^(?:Connection terminated|Client (?:has encountered a connection error|was closed))/i
const slowWords = /^timeout (?:exceeded|expired)/i

/**
 * What a caller is told of an error, or of what caused it, where it says that a database cannot answer now rather than
 * that something is wrong; undefined for any other error.
 */
export function databaseTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (full.test(code)) return "The disk of the service's database is full: make room on it, then try again."
  if (slow.test(code) || slowWords.test(error.message)) {
    return 'The database of the service answers too slowly now; try again shortly.'
  }
  if (away.test(code) || awayWords.test(error.message)) {
    return 'The service cannot reach its database now; try again shortly.'
  }
  const inner = [error.cause, 'driverError' in error ? error.driverError : undefined]
  return inner
    .filter((each) => each !== error)
    .map(databaseTrouble)
    .find(Boolean)
}
