/**
 * What a connection says when the server behind it is away: errors of the system, and PostgreSQL's own, by SQLSTATE
 * (appendix A, classes 08 and 57P).
 */
const awayCodes = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|57P0[123]|08\w{3})$/
/** node-postgres has no code for these. */
const awayMessages =
  /^(?:Connection terminated|timeout (?:exceeded|expired)|Client has encountered a connection error)/i

/** Whether an error, or what caused it, says that a database cannot be reached now, rather than that something is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string' && awayCodes.test(error.code)) return true
  if (awayMessages.test(error.message)) return true
  const inner = [error.cause, 'driverError' in error ? error.driverError : undefined]
  return inner.some((each) => each !== error && isDatabaseAway(each))
}
