import type { IncomingMessage } from 'node:http'
import { InferenceError, tooLarge } from './errors.ts'

export const largestBody = 4 * 1_048_576

/**
 * A request's body, whole: its `model` may choose the server, and a pod that cannot be reached must not have eaten it.
 * @throws InferenceError 413
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length']) > largestBody) throw tooLarge(largestBody)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > largestBody) throw tooLarge(largestBody)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
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
