import { createHash, createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server } from 'node:http'
import { contentOf } from './content.ts'
import { listen } from './listen.ts'
import { replyTo, wantedOf } from './reply.ts'

/** A request as it came. */
export interface HubRequest {
  to: 'hub' | 'network'
  method: string
  /** With its query. */
  url: string
  authorization: string | undefined
}

export interface Push {
  /** Who may read the file: anybody when absent, those who have the hub's token, or others than those. */
  gated?: 'for the token' | 'for others'
  /** Announced instead of the file's digest; null announces none, as for files that git keeps itself. */
  sha256?: string | null
}

/**
 * A model hub on this machine, as Hugging Face's answers for files: the hub says of a file what it is and redirects to a
 * signed address of its content network, a second server, which refuses whoever shows it an Authorization header.
 */
export interface Hub {
  url: string
  networkUrl: string
  /** Makes a commit with this file on the repository's branch main. @returns the commit */
  push(repository: string, path: string, file: Buffer, options?: Push): string
  /** The repository is found under another name from now on, and redirected to from this one. */
  rename(from: string, to: string): void
  /** From now on the network refuses the addresses that were signed before. */
  expireAddresses(): void
  /** All of them, in order. */
  requests: HubRequest[]
  close(): Promise<void>
}

interface Commit extends Push {
  id: string
  path: string
  file: Buffer
}

interface Answer {
  status: number
  headers?: OutgoingHttpHeaders
  body?: Buffer
}

const refusal = (status: number, code: string): Answer => ({
  status,
  headers: { 'x-error-code': code, 'x-error-message': `${code}, says the hub` },
})

const digest = (file: Buffer) => createHash('sha256').update(file).digest('hex')

/** @param token what gated repositories ask for @param port of the hub; any free one when absent */
export async function startHub({ token, port }: { token: string; port?: number }): Promise<Hub> {
  const repositories = new Map<string, Commit[]>()
  const renamed = new Map<string, string>()
  const requests: HubRequest[] = []
  let key = randomBytes(16)
  const signatureOf = (path: string) => createHmac('sha256', key).update(path).digest('hex')

  /** The commit that a revision stands for: the newest one for a branch. */
  function found(repository: string, revision: string): Commit | undefined {
    const commits = repositories.get(repository) ?? []
    return revision === 'main' ? commits.at(-1) : commits.find(({ id }) => id === revision)
  }

  function resolve({ url = '', headers }: IncomingMessage): Answer {
    const [, repository = '', revision = '', path = ''] =
      /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/([^?]+)/.exec(url) ?? []
    const successor = renamed.get(repository)
    if (successor) return { status: 307, headers: { location: url.replace(repository, successor) } }
    const isKnown = headers.authorization === `Bearer ${token}`
    // A hub does not tell a stranger whether there is such a repository.
    if (!repositories.has(repository)) return refusal(isKnown ? 404 : 401, 'RepoNotFound')
    const commit = found(repository, decodeURIComponent(revision))
    if (!commit) return refusal(404, 'RevisionNotFound')
    if (commit.gated && !(isKnown && commit.gated === 'for the token'))
      return refusal(headers.authorization ? 403 : 401, 'GatedRepo')
    if (commit.path !== decodeURIComponent(path)) return refusal(404, 'EntryNotFound')
    const place = `/${repository}/${commit.id}`
    const announced = commit.sha256 === undefined ? digest(commit.file) : commit.sha256
    return {
      status: 302,
      headers: {
        location: `${networkUrl}${place}?Signature=${signatureOf(place)}`,
        'x-repo-commit': commit.id,
        'x-linked-size': commit.file.length,
        ...(announced !== null && { 'x-linked-etag': `"${announced}"` }),
      },
    }
  }

  function give({ url = '', headers }: IncomingMessage): Answer {
    const { pathname, searchParams } = new URL(url, 'http://network')
    const [, organisation = '', name = '', id = ''] = pathname.split('/')
    const commit = found(`${organisation}/${name}`, id)
    // As S3 does: a request is signed in one way only.
    if (headers.authorization) return { status: 400 }
    if (!commit || searchParams.get('Signature') !== signatureOf(pathname)) return { status: 403 }
    // Not the digest of the file, although it looks like one.
    const content = { ...contentOf(commit.file), etag: `"${digest(Buffer.from(commit.id))}"` }
    const reply = replyTo(wantedOf(headers, content), headers, content, {})
    return { ...reply, body: content.bytes(reply.start, reply.end) }
  }

  const serve = (to: HubRequest['to'], answerTo: (request: IncomingMessage) => Answer) =>
    createServer((request, response) => {
      response.on('error', () => undefined)
      const { method = '', url = '', headers } = request
      requests.push({ to, method, url, authorization: headers.authorization })
      const answer = answerTo(request)
      response.writeHead(answer.status, answer.headers).end(answer.body)
    })
  const servers = { hub: serve('hub', resolve), network: serve('network', give) }
  const networkUrl = `http://127.0.0.1:${await listen(servers.network)}`
  const url = `http://127.0.0.1:${await listen(servers.hub, port)}`

  return {
    url,
    networkUrl,
    requests,
    push(repository, path, file, options = {}) {
      const id = randomBytes(20).toString('hex')
      const commits = repositories.get(repository) ?? []
      repositories.set(repository, [...commits, { id, path, file, ...options }])
      return id
    },
    rename(from, to) {
      renamed.set(from, to)
      repositories.set(to, repositories.get(from) ?? [])
      repositories.delete(from)
    },
    expireAddresses() {
      key = randomBytes(16)
    },
    close: async () => {
      await Promise.all(Object.values(servers).map(closed))
    },
  }
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
