/** Something took longer than it may. */
export class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded'
  readonly code = 'ETIMEDOUT'
}

/**
 * Waits for a promise, but no longer than `ms`; what it stands for goes on.
 * @param what the subject of the error's sentence, such as `A request for the lease`
 * @throws DeadlineExceeded
 */
export async function within<T>(ms: number, promise: Promise<T>, what = 'The answer'): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new DeadlineExceeded(`${what} took longer than ${ms} ms.`)), ms)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
