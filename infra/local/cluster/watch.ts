import type { ServerResponse } from 'node:http'
import type { Encoding } from './encoding.ts'
import { gone, statusOf } from './errors.ts'
import type { Fields, KubeObject } from './objects.ts'
import { apiVersionOf, kindOf, type Resource } from './resources.ts'
import { selectsOf } from './selectors.ts'
import type { Change, Store } from './store.ts'

/** A reader that falls this far behind is cut off; its informer starts again from the version it has. */
const maxBacklog = 16 * 1024 * 1024
const bookmarkEvery = 30_000

/**
 * Streams changes as JSON lines (API concepts, "Efficient detection of changes"). An object that starts or stops
 * matching the selectors shows up as ADDED or DELETED.
 */
export function watchObjects(
  store: Store,
  resource: Resource,
  namespace: string | undefined,
  query: URLSearchParams,
  encoding: Encoding,
  response: ServerResponse,
): void {
  const selects = selectsOf(query)
  const from = query.get('resourceVersion') ?? ''
  const bookmarks = query.get('allowWatchBookmarks') === 'true'
  const kind = kindOf(resource)

  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  const send = (type: string, object: Fields): void => {
    if (response.writableEnded) return
    response.write(`${JSON.stringify({ type, object })}\n`)
    if (response.writableLength > maxBacklog) response.destroy()
  }
  const sendObject = (type: string, object: KubeObject): void => send(type, encoding.one(resource, object))
  const sendBookmark = (): void =>
    send('BOOKMARK', {
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      metadata: { resourceVersion: String(store.version()), creationTimestamp: null },
    })
  const sendChange = (change: Change): void => {
    if (change.kind !== kind || (namespace && change.object.metadata.namespace !== namespace)) return
    const before = change.previous !== undefined && selects(change.previous)
    const after = change.type !== 'DELETED' && selects(change.object)
    if (before && after) sendObject('MODIFIED', change.object)
    else if (after) sendObject('ADDED', change.object)
    else if (before) sendObject('DELETED', change.object)
  }

  // Registered in the same turn as the state is read, after the commit that the caller waited for: no gap between.
  let seen = store.version()
  if (from === '' || from === '0') {
    for (const object of store.list(kind, namespace)) if (selects(object)) sendObject('ADDED', object)
  } else {
    const missed = store.since(Number(from))
    if (!missed || Number(from) > seen) {
      send('ERROR', statusOf(gone(`too old resource version: ${from} (${seen})`)))
      response.end()
      return
    }
    for (const change of missed) {
      sendChange(change)
      seen = change.version
    }
  }

  const unsubscribe = store.subscribe((change) => {
    if (change.version > seen) sendChange(change)
  })
  const bookmarkTimer = bookmarks ? setInterval(sendBookmark, bookmarkEvery) : undefined
  const seconds = Number(query.get('timeoutSeconds') || 0) || 1800 + Math.floor(Math.random() * 1800)
  const endTimer = setTimeout(() => {
    if (bookmarks) sendBookmark()
    response.end()
  }, seconds * 1000)
  response.on('close', () => {
    unsubscribe()
    clearInterval(bookmarkTimer)
    clearTimeout(endTimer)
  })
}
