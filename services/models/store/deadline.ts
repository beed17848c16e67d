/** A call that did not answer in time. */
export class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded'
  readonly code = 'ETIMEDOUT'
}

/** The answer, or a DeadlineExceeded after `ms`: the minio client itself waits for ever. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineExceeded(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([answer, deadline])
  } finally {
    clearTimeout(timer)
  }
}
