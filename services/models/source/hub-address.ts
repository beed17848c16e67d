import { InvalidSource } from './invalid-source.ts'

/** A file in a model repository of a hub with the Hugging Face HTTP interface. */
export interface HubAddress {
  /** `<organisation>/<name>` */
  repository: string
  /** A branch, a tag, or a commit's hash. */
  revision: string
  /** Of the file in the repository, without a slash at its beginning. */
  path: string
}

const shape = 'hf://<org>/<repository>/<file> or hf://<org>/<repository>@<revision>/<file>'

/** What stands before other things than models: https://huggingface.co/docs/huggingface_hub/en/package_reference/hf_uris */
const otherKinds = ['datasets', 'spaces', 'kernels', 'buckets', 'models']

/**
 * Reads `hf://<org>/<repository>[@<revision>]/<file>`, the revision `main` when there is none; a slash within it is written
 * `%2F`, but for `refs/pr/<n>`. The syntax is that of huggingface_hub (see `otherKinds`), with percent-encoding.
 * @throws InvalidSource
 */
export function parseHubUri(uri: string): HubAddress {
  const parts =
    /^hf:\/\/(?:models\/)?([^/@?#]+)\/([^/@?#]+)(?:@(refs\/(?:pr|convert)\/[^/?#]+|[^/?#]+))?\/([^?#]+)$/.exec(
      uri,
    )
  if (!parts) throw new InvalidSource(`A hub's source is ${shape}.`)
  const [, organisation = '', name = '', revision = 'main', path = ''] = parts
  return addressOf(organisation, name, revision, path)
}

/** Such an address in the form that `parseHubUri` reads. */
export const hubUri = ({ repository, revision, path }: HubAddress): string =>
  `hf://${repository}@${encodeURIComponent(revision)}/${encodedPath(path)}`

/**
 * The file whose page or download a browser shows at this address of the hub; undefined for any other address.
 * @param hub its base, without a slash at the end of its path but for the root's
 * @throws InvalidSource where it looks like a file's address and is none.
 */
export function hubFileAt(url: URL, hub: URL): HubAddress | undefined {
  const base = hub.pathname.replace(/\/$/, '')
  if (url.origin !== hub.origin || !url.pathname.startsWith(`${base}/`)) return undefined
  const parts = /^\/([^/]+)\/([^/]+)\/(?:blob|raw|resolve)\/(refs\/(?:pr|convert)\/[^/]+|[^/]+)\/(.+)$/.exec(
    url.pathname.slice(base.length),
  )
  if (!parts) return undefined
  const [, organisation = '', name = '', revision = '', path = ''] = parts
  return addressOf(organisation, name, revision, path)
}

/**
 * Where the hub gives a file of a repository, or leads to it. The slashes of the file's path stay as they are, which keeps
 * the request among those with the higher limit (https://huggingface.co/docs/hub/rate-limits, "Resolvers").
 */
export function resolveUrl(hub: URL, { repository, revision, path }: HubAddress): URL {
  const base = hub.href.replace(/\/$/, '')
  return new URL(`${base}/${repository}/resolve/${encodeURIComponent(revision)}/${encodedPath(path)}`)
}

const encodedPath = (path: string) => path.split('/').map(encodeURIComponent).join('/')

function addressOf(organisation: string, name: string, rawRevision: string, rawPath: string): HubAddress {
  if (otherKinds.includes(organisation)) {
    throw new InvalidSource(`A hub's source is a file of a model's repository: ${shape}.`)
  }
  if (!isName(organisation) || !isName(name)) {
    throw new InvalidSource(
      `The names of a hub's organisation and repository have letters, digits, hyphens, underscores and dots, 96 at most, as in ${shape}.`,
    )
  }
  const revision = decoded(rawRevision)
  if (revision === undefined || !isRevision(revision)) {
    throw new InvalidSource(
      "A hub's revision is a branch, a tag or a commit, a slash in it written %2F; leave it out for main.",
    )
  }
  const path = decoded(rawPath)
  if (path === undefined || !isPath(path)) {
    throw new InvalidSource(
      "The file of a hub's source is named from the root of its repository, without empty parts and any that are . or ..",
    )
  }
  return { repository: `${organisation}/${name}`, revision, path }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The rule that huggingface_hub tells of ids: no `--` or `..`, no hyphen or dot at either end. */
const isName = (name: string): boolean =>
  /^\w(?:[\w.-]{0,94}\w)?$/.test(name) && !name.includes('--') && !name.includes('..')

/** What git takes for the name of a branch, roughly (git-check-ref-format(1)); what it makes of the rest is its affair. */
const isRevision = (revision: string): boolean =>
  /^[^\p{Cc}\s~^:?*[\\]{1,255}$/u.test(revision) && !revision.includes('..') && revision !== '.'

const isPath = (path: string): boolean =>
  path.length <= 1_024 &&
  !/\p{Cc}/u.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
