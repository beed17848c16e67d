/** Something took longer than it may. */
export class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded'
}

/** Waits for a promise, but no longer than `ms`; what it stands for goes on. @throws DeadlineExceeded */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new DeadlineExceeded(`${what} took longer than ${ms} ms.`)), ms)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
