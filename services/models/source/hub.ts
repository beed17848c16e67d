import { type Dispatcher, request } from 'undici'
import { passes, RetrievalFailure } from '../retrieval/failure.ts'
import { type Credentials, connectionFailure, refusal } from './fetch.ts'
import { type HubAddress, resolveUrl } from './hub-address.ts'

/** A file as its hub announces it. */
export interface HubFile {
  /** Where its bytes are: signed by the hub, at its content network, or an address of the hub itself. */
  url: URL
  /** Whether that is a signed address of another host. */
  signed: boolean
  /** What the revision stood for when it was asked. */
  commit: string | undefined
  /** Undefined for a file that is not kept by LFS. */
  sha256: string | undefined
  sizeBytes: number | undefined
}

export interface Hub {
  url: URL
  /** What to show to an address of the hub's own; undefined for any other. */
  credentialsFor(url: URL): Credentials | undefined
  /**
   * Asks where a file is, and for what it should be.
   * @throws RetrievalFailure; its message tells a person without a token what to do, and holds none.
   */
  locate(address: HubAddress, signal?: AbortSignal): Promise<HubFile>
}

const mostRedirects = 5

/**
 * A model hub with the Hugging Face HTTP interface. A file's resolve address answers, as huggingface_hub's
 * `get_hf_file_metadata` reads it, to HEAD with `X-Repo-Commit` (the commit of the revision), `X-Linked-Size` and
 * `X-Linked-Etag`: the SHA-256 of a file in LFS, in quotes. They stand on the redirect to the content network, not on what
 * that answers, whose own ETag may also have 64 hexadecimal digits and is no digest of the file. Redirects within the hub
 * are those of renamed repositories. The network's address carries its own signature, and the token is not for it.
 * https://huggingface.co/docs/huggingface_hub/en/package_reference/file_download
 */
export function createHub(url: URL, token: string | undefined, dispatcher: Dispatcher): Hub {
  const own = credentials(url, token)

  async function ask(target: URL, signal?: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers = { ...own.headers, 'accept-encoding': 'identity', 'user-agent': 'berth' }
    try {
      const answer = await request(target, { method: 'HEAD', dispatcher, headers, signal: signal ?? null })
      await answer.body.dump()
      return answer
    } catch (error) {
      throw connectionFailure(
        target,
        error,
        'a platform engineer sets HUB_URL to a hub that is reached from here',
      )
    }
  }

  return {
    url,
    credentialsFor: (target) => (target.origin === url.origin ? own : undefined),
    async locate(address, signal) {
      let target = resolveUrl(url, address)
      let announced: Announced = { commit: undefined, sha256: undefined, sizeBytes: undefined }
      for (let hop = 0; hop <= mostRedirects; hop++) {
        const { statusCode, headers } = await ask(target, signal)
        announced = readAnnounced(headers, announced)
        if (statusCode >= 300 && statusCode < 400) {
          const next = URL.parse(String(headers.location ?? ''), target.href)
          if (!next) throw new RetrievalFailure('final', `${url.host} redirects to what is no URL.`)
          if (next.origin !== url.origin) return { url: next, signed: true, ...announced }
          target = next
          continue
        }
        if (statusCode !== 200) throw refusalOfHub(target, statusCode, headers, address, token !== undefined)
        const { sizeBytes = lengthOf(headers['content-length']), commit } = announced
        // It gives the file itself. A branch may move on: what is asked from now on is the commit.
        const pinned = { ...address, revision: commit ?? address.revision }
        return { ...announced, url: resolveUrl(url, pinned), signed: false, sizeBytes }
      }
      throw new RetrievalFailure(
        'final',
        `${url.host} redirects more than ${mostRedirects} times; register the name that the repository has now.`,
      )
    },
  }
}

type Announced = Pick<HubFile, 'commit' | 'sha256' | 'sizeBytes'>

/** What an answer announces, where none before it has. */
function readAnnounced(headers: Dispatcher.ResponseData['headers'], before: Announced): Announced {
  const etag = String(headers['x-linked-etag'] ?? '')
  return {
    commit: before.commit ?? /^[\da-f]{40,64}$/.exec(String(headers['x-repo-commit'] ?? ''))?.[0],
    sha256: before.sha256 ?? /^(?:W\/)?"?([\da-f]{64})"?$/i.exec(etag)?.[1]?.toLowerCase(),
    sizeBytes: before.sizeBytes ?? lengthOf(headers['x-linked-size']),
  }
}

function lengthOf(header: string | string[] | undefined): number | undefined {
  const length = /^\d+$/.test(String(header)) ? Number(header) : undefined
  return Number.isSafeInteger(length) ? length : undefined
}

const credentials = ({ host }: URL, token: string | undefined): Credentials => ({
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  remedy: `${tokenAdvice(host, token !== undefined)}; retrieve again then`,
})

const tokenAdvice = (host: string, hasToken: boolean) =>
  `a platform engineer sets HUB_TOKEN to a token of ${host} that may read it${hasToken ? ', since the present one may not' : ''}`

/** Why a hub does not give a file. Its reasons are in `X-Error-Code`, as huggingface_hub's `hf_raise_for_status` reads it. */
function refusalOfHub(
  target: URL,
  status: number,
  headers: Dispatcher.ResponseData['headers'],
  address: HubAddress,
  hasToken: boolean,
): RetrievalFailure {
  const why = whyRefused(target.host, status, String(headers['x-error-code'] ?? ''), address, hasToken)
  if (why !== undefined) return new RetrievalFailure('final', why)
  // `RateLimit: "resolvers";r=0;t=42` is how the hub says when its limit ends: https://huggingface.co/docs/hub/rate-limits
  const ends = passes(status) && /;\s*t=(\d+)/.exec(String(headers.ratelimit ?? ''))?.[1]
  const known = { statusCode: status, headers: { ...(ends && { 'retry-after': ends }), ...headers } }
  return refusal(target, known, {
    remedy: 'a platform engineer checks that HUB_URL leads to a hub with the Hugging Face interface',
  })
}

/** What a refusal means to a person, and what to do; undefined where the status alone says it. */
export function whyRefused(
  host: string,
  status: number,
  code: string,
  { repository, revision, path }: HubAddress,
  hasToken: boolean,
): string | undefined {
  const token = tokenAdvice(host, hasToken)
  if (code === 'RevisionNotFound') {
    return `${host} has no revision ${revision} of ${repository}; register one that it has under another tag.`
  }
  if (code === 'EntryNotFound') {
    return `${repository} at ${host} does not have the file ${path} in the revision ${revision}; register one that it has under another tag.`
  }
  if (code === 'GatedRepo') {
    return `${repository} is gated: ${host} gives its files to accounts that were granted access. Ask for access there, and ${token}; retrieve again then.`
  }
  if (status === 401 || status === 403 || code === 'RepoNotFound') {
    return `${host} shows no repository ${repository} (status ${status}): it is private, or there is none. Where the name is right, ${token}; retrieve again then.`
  }
  return undefined
}
