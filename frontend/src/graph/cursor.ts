/** What a subscription sends when it begins, and again after each cut. */
export interface Payload extends Record<string, unknown> {
  query: string
  variables: Record<string, unknown>
}

/**
 * Moves a subscription's `after` to the cursor of the change that has just come, so that it goes on from there after a cut:
 * nothing is missed, nothing comes twice. Subscriptions without a variable `after` stay as they are.
 */
export function moveCursor(payload: Payload, data: Record<string, unknown> | null | undefined): void {
  if (!/\$after\b/.test(payload.query)) return
  for (const change of Object.values(data ?? {})) {
    if (
      change !== null &&
      typeof change === 'object' &&
      'cursor' in change &&
      typeof change.cursor === 'string'
    ) {
      payload.variables.after = change.cursor
    }
  }
}
