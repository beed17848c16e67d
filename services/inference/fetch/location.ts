import { readFile } from 'node:fs/promises'
import { request } from 'undici'
import { z } from 'zod'
import { FetchFailure, reason } from './failure.ts'

const answer = z.object({ url: z.url(), sha256: z.string(), sizeBytes: z.number() })

export interface Wanted {
  modelsUrl: string
  versionId: string
  tokenFile: string
  sha256: string
  sizeBytes: number
}

/**
 * Asks the models service where the model can be had just now: a signed URL that soon expires.
 * @throws FetchFailure
 */
export async function locate(wanted: Wanted, signal: AbortSignal): Promise<string> {
  const { modelsUrl, versionId, sha256, sizeBytes } = wanted
  const response = await request(`${modelsUrl}/versions/${versionId}/download`, {
    headers: { authorization: `Bearer ${await readToken(wanted.tokenFile)}` },
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
    signal,
  }).catch((error: unknown) => {
    throw new FetchFailure(
      'retry',
      `The models service at ${modelsUrl} cannot be reached: ${reason(error)}.`,
      {
        cause: error,
      },
    )
  })
  const body: unknown = await response.body.json().catch(() => undefined)
  if (response.statusCode !== 200) {
    throw refusal(response.statusCode, versionId, retryAfter(response.headers['retry-after']))
  }
  const parsed = answer.safeParse(body)
  if (!parsed.success) {
    throw new FetchFailure('retry', `The models service gave no location for version ${versionId}.`)
  }
  if (parsed.data.sha256 !== sha256 || parsed.data.sizeBytes !== sizeBytes) {
    throw new FetchFailure(
      'final',
      `Version ${versionId} is registered with another digest or size than this server was approved for; deploy the server again.`,
    )
  }
  return parsed.data.url
}

async function readToken(path: string): Promise<string> {
  const token = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new FetchFailure('refused', `The token file ${path} cannot be read: ${reason(error)}.`, {
      cause: error,
    })
  })
  if (!/^[\w\-.~+/]+=*$/.test(token.trim())) {
    throw new FetchFailure('refused', `The token file ${path} holds no token.`)
  }
  return token.trim()
}

function refusal(status: number, versionId: string, retryAfterMs: number | undefined): FetchFailure {
  const what: Record<number, string> = {
    401: 'does not accept the token in TOKEN_FILE; the operator renews it',
    403: 'does not let this token read models',
    404: `has no version ${versionId} for this tenant`,
    409: `has version ${versionId} not ready; retrieve it first`,
  }
  const why = what[status] ?? `answered with status ${status}`
  const kind = [401, 403, 404].includes(status) ? 'refused' : 'retry'
  return new FetchFailure(kind, `The models service ${why}.`, { retryAfterMs })
}

/** Milliseconds of a Retry-After header in seconds. */
export function retryAfter(header: string | string[] | undefined): number | undefined {
  const seconds = Number([header].flat()[0] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}
