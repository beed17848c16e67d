/** Why a try did not bring the model, and whether another one may. */
export class FetchFailure extends Error {
  override name = 'FetchFailure'
  /**
   * - `retry`: the next try may well succeed
   * - `refused`: an answer that rarely changes; a few tries, in case a token or a record is just on its way
   * - `final`: nothing will change by itself
   */
  readonly kind: 'retry' | 'refused' | 'final'
  /** How long the other side asked to be left alone. */
  readonly retryAfterMs: number | undefined
  constructor(
    kind: FetchFailure['kind'],
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs
  }
}

/** A failure of the file system, with what to do about it; undefined for any other error. */
export function diskFailure(error: unknown, path: string, bytes: number): FetchFailure | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const told: Record<string, string> = {
    ENOSPC: `there is no room for ${bytes} bytes; give the volume more`,
    EDQUOT: `its quota has no room for ${bytes} bytes; raise it`,
    EACCES: 'it may not be written; check the volume and its user',
    EPERM: 'it may not be written; check the volume and its user',
    EROFS: 'the volume is read-only',
    ENOENT: 'its folder is not there; mount the volume',
    EIO: 'the disk reports an error',
  }
  const why = typeof code === 'string' ? told[code] : undefined
  return why === undefined
    ? undefined
    : new FetchFailure('final', `Cannot write ${path}: ${why}.`, { cause: error })
}

/** What an error says, without what an URL in it may give away. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.replace(/https?:\/\/\S+/g, '[url]')
}
