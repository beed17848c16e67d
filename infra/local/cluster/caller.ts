/** Who writes, and how. */
export interface Caller {
  user: { username: string; groups: string[] }
  fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** Ends up as a `Warning` header of the response. */
  warn(text: string): void
  /** The controllers and the kubelet: they lay their change over what they were handed, whatever its version. */
  internal: boolean
  /** Server-side apply: the body comes with the managedFields that follow from it. */
  applies: boolean
}

export function internalCaller(component: string): Caller {
  return {
    user: { username: `system:${component}`, groups: ['system:authenticated', 'system:masters'] },
    fieldValidation: 'Ignore',
    warn: () => undefined,
    internal: true,
    applies: false,
  }
}
