import type { Tokens } from './session.ts'

/** The newest tokens, for whichever tab has the lock: what one tab wrote before it let go of that, the next one reads. */
export interface SharedTokens {
  /** Undefined where nobody is signed in, or nothing can be kept. */
  read(): Promise<Tokens | undefined>
  write(tokens: Tokens | undefined): Promise<void>
}

const store = 'session'
const key = 'tokens'

/** Keeps the tokens in IndexedDB. In a window that has none, as some private ones, it keeps nothing. */
export function createSharedTokens(factory: IDBFactory): SharedTokens {
  let opening: Promise<IDBDatabase> | undefined

  function open(): Promise<IDBDatabase> {
    opening ??= new Promise((resolve, reject) => {
      const request = factory.open('berth', 1)
      request.onupgradeneeded = () => request.result.createObjectStore(store)
      request.onerror = () => reject(request.error)
      request.onsuccess = () => {
        // As when somebody clears what this site has stored.
        request.result.onclose = () => {
          opening = undefined
        }
        resolve(request.result)
      }
    })
    return opening
  }

  async function within<T>(mode: IDBTransactionMode, act: (tokens: IDBObjectStore) => IDBRequest<T>) {
    try {
      const transaction = (await open()).transaction(store, mode)
      const request = act(transaction.objectStore(store))
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve
        transaction.onabort = () => reject(transaction.error)
      })
      return request.result
    } catch {
      return undefined
    }
  }

  return {
    read: () => within<Tokens | undefined>('readonly', (tokens) => tokens.get(key)),
    async write(tokens) {
      if (tokens) await within('readwrite', (kept) => kept.put(tokens, key))
      else await within('readwrite', (kept) => kept.delete(key))
    },
  }
}
