import { type Algorithm, hash, verify } from '@node-rs/argon2'

/**
 * Argon2id with the parameters of OWASP's password storage cheat sheet: 19 MiB, 2 passes, 1 lane.
 * The enum is `const`, which type stripping cannot read, so its value is named by its type.
 */
const argon2id: Algorithm.Argon2id = 2
const parameters = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }

/** There is more to hash than may wait; the caller should come back. */
export class TooBusyError extends Error {
  override name = 'TooBusyError'
}

export interface Passwords {
  /** @throws TooBusyError */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one of the hash. Without a hash (no such user) the answer is false, at the same cost.
   * @throws TooBusyError
   */
  verify(password: string, hash: string | undefined): Promise<boolean>
}

/** What argon2 needs to be told apart from its native code, so that the bound can be tested. */
export interface Hasher {
  hash(password: string): Promise<string>
  verify(hash: string, password: string): Promise<boolean>
}

const argon2: Hasher = {
  hash: (password) => hash(password, parameters),
  verify: (hashed, password) => verify(hashed, password),
}

/**
 * Hashes at most `atOnce` passwords at a time, with at most `waiting` behind them: a flood costs 19 MiB times `atOnce`
 * and never takes all of libuv's threads, which files and DNS need too.
 */
export async function createPasswords({
  atOnce = 2,
  waiting = 64,
  hasher = argon2,
} = {}): Promise<Passwords> {
  const nobody = await hasher.hash(crypto.randomUUID())
  const queue: (() => void)[] = []
  let running = 0

  async function bounded<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running < atOnce) running += 1
    else if (queue.length >= waiting) throw new TooBusyError('Too many sign-ins at once; try again shortly.')
    // The slot is handed over by whoever leaves it, so nobody new can slip in between.
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }

  return {
    hash: (password) => bounded(() => hasher.hash(normalised(password))),
    verify: async (password, hashed) => {
      const same = await bounded(() => hasher.verify(hashed ?? nobody, normalised(password)))
      return same && hashed !== undefined
    },
  }
}

/** Keyboards compose the same character differently; NIST SP 800-63B asks for one form before hashing. */
function normalised(password: string): string {
  return password.normalize('NFKC')
}

const shortest = 10
/** Long enough for any passphrase, short enough that hashing it costs nothing more. */
export const longestPassword = 256

/** Why a password cannot be had, or undefined when it can. */
export function passwordMistake(password: string, username: string): string | undefined {
  const characters = [...password].length
  if (characters < shortest) return `A password has at least ${shortest} characters.`
  if (characters > longestPassword) return `A password has at most ${longestPassword} characters.`
  if (password.toLowerCase() === username) return 'A password must not be the username.'
  if (new Set(password).size < 4) return 'This password repeats too few characters; choose a longer phrase.'
  return undefined
}
