/** The graph, or the browser, said no, in words for people. */
export class UploadRefused extends Error {
  override name = 'UploadRefused'
}

/** The store has no such upload any more: rules of a bucket may end what is old. Beginning opens it anew. */
export class UploadLost extends Error {
  override name = 'UploadLost'
}

/** The person stopped it. */
export class UploadCancelled extends Error {
  override name = 'UploadCancelled'
}
