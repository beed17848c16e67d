/** Names that the platform, or a reader, would take for something other than a person. */
const reserved = new Set([
  'admin',
  'administrator',
  'anonymous',
  'auth',
  'berth',
  'default',
  'gateway',
  'local',
  'models',
  'operator',
  'public',
  'root',
  'servers',
  'service',
  'support',
  // The namespace `berth-system` is the operator's own.
  'system',
])

/**
 * Why a username cannot be had, or undefined when it can. Only ASCII passes, so two names never look alike; and it
 * makes a DNS label, since it is also the tenant's name and a part of its namespace.
 */
export function usernameMistake(username: string): string | undefined {
  if (!isUsername(username)) {
    return 'A username has 3 to 32 lower-case letters (a-z), digits and hyphens; it starts with a letter and does not end with a hyphen.'
  }
  if (reserved.has(username) || username.startsWith('kube-') || username.startsWith('berth-')) {
    return `The username ${username} is reserved; choose another one.`
  }
  return undefined
}

/** Whether a text has a username's form, reserved or not. */
export function isUsername(text: string): boolean {
  return /^[a-z][a-z0-9-]{1,30}[a-z0-9]$/.test(text)
}
