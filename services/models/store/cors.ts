import { text } from 'node:stream/consumers'
import { within } from '@berth/platform/deadline'
import type { Log } from '@berth/platform/log'
import { storeErrorCode } from '@berth/platform/objects'
import type { Bucket } from './bucket.ts'

const withinMs = 20_000
const ruleId = 'berth-uploads'

/** The rule that lets the pages of one origin PUT parts (S3 API reference, PutBucketCors). */
const rulesFor = (origin: string) =>
  `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><ID>${ruleId}</ID><AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader><MaxAgeSeconds>3600</MaxAgeSeconds></CORSRule></CORSConfiguration>`

/** What is to be done about the rules that a bucket has; undefined stands for none. */
export function planRules(rules: string | undefined, origin: string): 'put' | 'leave' | 'tell' {
  if (rules === undefined) return 'put'
  const origins = [...rules.matchAll(/<AllowedOrigin>([^<]*)/g)].map(([, one]) => one)
  if (origins.includes(origin) || origins.includes('*')) return 'leave'
  // Ours alone, of a former address; what somebody else wrote is not ours to replace.
  const isOurs = rules.split('<CORSRule>').length === 2 && rules.includes(`<ID>${ruleId}</ID>`)
  return isOurs ? 'put' : 'tell'
}

/**
 * Sees to it that the pages of Berth's origin may PUT into the bucket. A store that knows no such rules, such as MinIO,
 * or keys that may not set them, are no error: then the store's operator has to, and the log says so.
 */
export async function letPagesUpload(
  { store, name }: Pick<Bucket, 'store' | 'name'>,
  origin: string,
  log: Log,
): Promise<void> {
  const cors = { bucketName: name, query: 'cors' }
  try {
    const plan = planRules(await read(), origin)
    if (plan === 'tell') tell(undefined)
    if (plan !== 'put') return
    const headers = { 'content-type': 'application/xml' }
    await within(
      withinMs,
      store.makeRequestAsyncOmit({ ...cors, method: 'PUT', headers }, rulesFor(origin), [200, 204]),
    )
  } catch (error) {
    tell(error)
  }

  async function read(): Promise<string | undefined> {
    try {
      return await text(await within(withinMs, store.makeRequestAsync({ ...cors, method: 'GET' })))
    } catch (error) {
      if (storeErrorCode(error) === 'NoSuchCORSConfiguration') return undefined
      throw error
    }
  }

  function tell(error: unknown): void {
    const message =
      'browsers may not be able to upload: let PUT requests from this origin into the bucket (CORS)'
    log.warn({ bucket: name, origin, err: error }, message)
  }
}
