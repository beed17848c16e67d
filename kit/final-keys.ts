import { setTimeout as delay } from 'node:timers/promises'
import type { ModelsBucket } from './bucket.ts'

/** Looks at every object that appears under a final key, as soon as it is seen there. */
export interface FinalKeys {
  /** Waits until all that is there now was looked at. @returns what was found wrong so far, in sentences */
  wrong(): Promise<string[]>
  /** How many objects were read and hashed. */
  seen(): number
  close(): Promise<void>
}

/** Watches that `sha256/<digest>.gguf` holds the file of that digest and nothing else, whenever it is asked. */
export function watchFinalKeys(bucket: ModelsBucket, everyMs = 100): FinalKeys {
  const looked = new Set<string>()
  const found: string[] = []
  let closed = false

  async function look(): Promise<void> {
    for (const { key, etag, sizeBytes } of await bucket.list('sha256/')) {
      const object = `${key} ${etag}`
      if (looked.has(object)) continue
      const digest = await bucket.digest(key)
      if (digest === undefined) continue
      looked.add(object)
      if (key !== `sha256/${digest}.gguf`)
        found.push(`${key} holds ${sizeBytes} bytes of the digest ${digest}.`)
    }
  }

  const watching = (async () => {
    while (!closed) {
      // A store that is away holds nothing that could be read.
      await look().catch(() => undefined)
      await delay(everyMs)
    }
  })()
  return {
    async wrong() {
      await look()
      return [...found]
    },
    seen: () => looked.size,
    async close() {
      closed = true
      await watching
    },
  }
}
