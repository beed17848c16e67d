import type { IncomingMessage } from 'node:http'
import { InferenceError, tooLarge } from './errors.ts'

/** Bodies up to this size are held, so that they can be sent to another pod when the first cannot be reached. */
const heldBytes = 262_144
export const largestBody = 4 * 1_048_576

/**
 * A request's body: held when it is small or of unknown length, else as it streams in.
 * @throws InferenceError 413
 */
export async function readSmall(request: IncomingMessage): Promise<Buffer | IncomingMessage> {
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  if (length > largestBody) throw tooLarge(largestBody)
  return length > heldBytes ? request : readWhole(request)
}

/** @throws InferenceError 413 */
export async function readWhole(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length']) > largestBody) throw tooLarge(largestBody)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > largestBody) throw tooLarge(largestBody)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * The `model` that a request names.
 * @throws InferenceError 400
 */
export function modelOf(body: Buffer): string {
  let parsed: { model?: unknown } | null
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch {
    throw new InferenceError(400, 'invalid_json', 'The request is not JSON.')
  }
  const model = parsed?.model
  if (typeof model === 'string' && model !== '') return model
  throw new InferenceError(400, 'model_missing', 'Say which model or server: `model` is missing.', {
    param: 'model',
  })
}
