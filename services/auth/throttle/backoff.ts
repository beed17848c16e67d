/** How often one key (a user, an address) has failed of late. */
export interface History {
  failures: number
  lastAttemptAt: Date
  blockedUntil: Date
}

export interface Policy {
  /** Failures that cost nothing. */
  free: number
  /** The delay after the last free failure; each further one doubles it. */
  firstDelayMs: number
  longestDelayMs: number
  /** After so long without an attempt all is forgotten. */
  forgetAfterMs: number
}

/** For one user's name: a mistyped password costs nothing, a guesser gets some 300 tries a day. */
export const perUser: Policy = {
  free: 5,
  firstDelayMs: 1_000,
  longestDelayMs: 300_000,
  forgetAfterMs: 86_400_000,
}

/** For an address, which a whole office may share. */
export const perAddress: Policy = {
  free: 20,
  firstDelayMs: 1_000,
  longestDelayMs: 60_000,
  forgetAfterMs: 3_600_000,
}

export function delayAfter(failures: number, policy: Policy): number {
  if (failures < policy.free) return 0
  return Math.min(policy.firstDelayMs * 2 ** Math.min(failures - policy.free, 30), policy.longestDelayMs)
}

/**
 * Whether an attempt may be made now, and what its failure would leave behind. The failure is counted before the
 * password is looked at, so that guesses sent side by side are counted one by one.
 */
export function admit(
  history: History | undefined,
  policy: Policy,
  now: Date,
): { waitMs: number; next: History } {
  const stale = !history || now.getTime() - history.lastAttemptAt.getTime() > policy.forgetAfterMs
  const failures = (stale ? 0 : history.failures) + 1
  const waitMs = stale ? 0 : Math.max(history.blockedUntil.getTime() - now.getTime(), 0)
  const blockedUntil = new Date(now.getTime() + delayAfter(failures, policy))
  return { waitMs, next: { failures, lastAttemptAt: now, blockedUntil } }
}
