import { TokenFailure } from './failure.ts'

/**
 * The scopes of a token: those asked for, or all that may be had when none is named (RFC 6749, section 3.3).
 * @throws TokenFailure `invalid_scope` naming what may not be had; nothing is left out silently.
 */
export function narrowScope(requested: string | undefined, granted: readonly string[]): string[] {
  const wanted = new Set((requested ?? '').split(' ').filter(Boolean))
  if (wanted.size === 0) return [...granted]
  const refused = [...wanted].filter((scope) => !granted.includes(scope))
  if (refused.length > 0) {
    throw new TokenFailure(
      'invalid_scope',
      `Not granted: ${refused.join(' ')}. Ask for some of: ${granted.join(' ')}.`,
    )
  }
  return granted.filter((scope) => wanted.has(scope))
}
