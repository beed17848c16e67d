/** Who writes, and how: what admission and managed fields need to know of a request. */
export interface Caller {
  user: { username: string; uid?: string; groups: string[] }
  /** `fieldManager`, or the first word of the user agent. */
  manager: string
  dryRun: boolean
  fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** Ends up as a `Warning` header of the response. */
  warn(text: string): void
  /** The controllers and the kubelet: their writes are not tracked in managedFields. */
  internal: boolean
}

export function internalCaller(component: string): Caller {
  return {
    user: { username: `system:${component}`, groups: ['system:authenticated', 'system:masters'] },
    manager: component,
    dryRun: false,
    fieldValidation: 'Ignore',
    warn: () => undefined,
    internal: true,
  }
}
