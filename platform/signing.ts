import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { promisify } from 'node:util'
import jwt from 'jsonwebtoken'
import type { Log } from './log.ts'

/** What a service's migration runs so that its database can hold signing keys. */
export const signingKeysTable = `
  CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    public_jwk jsonb NOT NULL,
    private_key bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    signs_from timestamptz NOT NULL,
    published_until timestamptz NOT NULL
  )`

const day = 86_400_000

export interface SigningOptions {
  /** Runs SQL in the database that has the table: TypeORM's `DataSource.query`. */
  query(sql: string, parameters?: unknown[]): Promise<unknown>
  /** 32 bytes as base64; private keys rest encrypted under it (AES-256-GCM). */
  encryptionKey: string
  issuer: string
  log: Log
  /** How long one key signs. */
  rotateAfterMs?: number
  /** How long a key is published before it signs, so that every cache has it, and after it signed last. */
  overlapMs?: number
}

export interface Jwks {
  keys: Record<string, unknown>[]
}

export interface SigningKeys {
  /** A signed RS256 token. `expiresInSeconds` counts from now. */
  sign(
    claims: Record<string, unknown>,
    options: { audience: string; subject: string; expiresInSeconds: number; jwtid?: string },
  ): Promise<string>
  /** The public keys, as RFC 7517 has them. */
  jwks(): Promise<Jwks>
  /** Makes the next key where one is due, and drops keys that no token can need any more. */
  rotate(): Promise<void>
  close(): void
}

interface KeyRow {
  kid: string
  public_jwk: Record<string, unknown>
  private_key: Buffer
  signs_from: Date
  published_until: Date
}

/**
 * A service's RS256 keys in its database. Every replica reads the same rows, so all publish the same set; a new key is
 * published for `overlapMs` before it signs, and stays published until the last token that it signed is long over.
 */
export async function createSigningKeys(options: SigningOptions): Promise<SigningKeys> {
  const { query, issuer, log, rotateAfterMs = 30 * day, overlapMs = day } = options
  const secret = Buffer.from(options.encryptionKey, 'base64')
  if (secret.length !== 32) throw new Error('SIGNING_KEY_SECRET must be 32 bytes in base64.')
  let cached: { rows: KeyRow[]; readAt: number } | undefined
  const opened = new Map<string, string>()

  async function rows(): Promise<KeyRow[]> {
    if (cached && performance.now() - cached.readAt < 30_000) return cached.rows
    const found = (await query(
      'SELECT kid, public_jwk, private_key, signs_from, published_until FROM signing_keys WHERE published_until > now() ORDER BY signs_from DESC',
    )) as KeyRow[]
    cached = { rows: found, readAt: performance.now() }
    return found
  }

  /** The newest key that may sign already; by a clock that went back none may, and then the oldest does. */
  async function signer(): Promise<KeyRow> {
    const choose = (found: KeyRow[]) =>
      found.find(({ signs_from }) => signs_from.getTime() <= Date.now()) ?? found.at(-1)
    const known = choose(await rows())
    if (known) return known
    // A clock that went forward has left all of them behind before the next look at them was due.
    await rotate()
    const made = choose(await rows())
    if (!made)
      throw new Error('There is no signing key, and none could be made; the database has to be looked at.')
    return made
  }

  function privateKey(row: KeyRow): string {
    const known = opened.get(row.kid)
    if (known) return known
    const pem = unseal(row.private_key, secret)
    opened.set(row.kid, pem)
    return pem
  }

  async function rotate(): Promise<void> {
    await query('DELETE FROM signing_keys WHERE published_until < now()')
    const [last] = (await query(
      'SELECT kid, signs_from FROM signing_keys ORDER BY signs_from DESC LIMIT 1',
    )) as Pick<KeyRow, 'kid' | 'signs_from'>[]
    const newest = last?.signs_from.getTime()
    if (newest === undefined) await addKey(Date.now())
    else if (Date.now() > newest + rotateAfterMs - overlapMs) {
      const signsFrom = Math.max(Date.now() + overlapMs, newest + rotateAfterMs)
      // A service that rested past the rotation still signs with the old key until the new one may.
      await query(
        'UPDATE signing_keys SET published_until = greatest(published_until, to_timestamp($2 / 1000.0)) WHERE kid = $1',
        [last?.kid, signsFrom + overlapMs],
      )
      await addKey(signsFrom, newest)
    }
    cached = undefined
  }

  async function addKey(signsFrom: number, after?: number): Promise<void> {
    const pair = await promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const kid = randomUUID()
    const jwk = {
      ...createPublicKey(pair.publicKey).export({ format: 'jwk' }),
      kid,
      use: 'sig',
      alg: 'RS256',
    }
    // Two replicas may find the same need at once: the insert holds only while no newer key has come.
    await query(
      `INSERT INTO signing_keys (kid, public_jwk, private_key, signs_from, published_until)
       SELECT $1, $2::jsonb, $3, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0)
       WHERE pg_advisory_xact_lock($6) IS NOT NULL
         AND NOT EXISTS (SELECT FROM signing_keys WHERE signs_from > to_timestamp($7 / 1000.0))`,
      [
        kid,
        JSON.stringify(jwk),
        seal(pair.privateKey, secret),
        signsFrom,
        signsFrom + rotateAfterMs + overlapMs,
        lockId,
        after === undefined ? 0 : after + 1,
      ],
    )
    log.info({ kid, signsFrom: new Date(signsFrom).toISOString() }, 'signing key made')
  }

  await rotate()
  privateKey(await signer())
  const timer = setInterval(
    () => {
      rotate().catch((error: unknown) =>
        log.warn({ err: error }, 'signing keys could not be rotated; trying again'),
      )
    },
    Math.min(overlapMs / 4, 3_600_000),
  ).unref()

  return {
    async sign(claims, { audience, subject, expiresInSeconds, jwtid }) {
      const row = await signer()
      return jwt.sign(claims, privateKey(row), {
        algorithm: 'RS256',
        keyid: row.kid,
        issuer,
        audience,
        subject,
        expiresIn: expiresInSeconds,
        jwtid: jwtid ?? randomUUID(),
      })
    },
    async jwks() {
      return { keys: (await rows()).map(({ public_jwk }) => public_jwk) }
    },
    rotate,
    close: () => clearInterval(timer),
  }
}

const lockId = createHash('sha256').update('berth signing keys').digest().readInt32BE()

function seal(text: string, secret: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', secret, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** A private key as PEM, of what rests in the table. @throws when it was sealed under another secret */
export function unseal(sealed: Buffer, secret: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, 12))
  decipher.setAuthTag(sealed.subarray(12, 28))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
  } catch {
    throw new Error('A signing key cannot be opened: SIGNING_KEY_SECRET is not the one it was sealed with.')
  }
}
