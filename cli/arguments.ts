import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What a person asked for on the command line. */
export interface Options {
  /** Absolute. */
  file: string
  fileName: string
  name: string
  tag: string
  description: string | undefined
  shared: boolean
  /** Berth's own address, without a path. */
  url: string
  /** Absolute; a file with an access token. */
  tokenFile: string | undefined
  user: string | undefined
  /** Absolute; the data folder of a Berth on this machine. */
  data: string
}

/** A command line that cannot be followed: told in one line, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export const help = `Uploads a GGUF file to Berth, as a version of a model.

  npm run upload -- FILE --name NAME [--tag TAG] [--url URL]

The file goes in parts straight to the object store, a few at once. Run the same command again to go on where it was
stopped, or cut off, up to a day later. When all has arrived, Berth verifies the digest, inspects the file and publishes it;
the command waits until the version is READY.

  --name NAME         the model's name: lower-case letters, digits, dots and hyphens
  --tag TAG           the version's tag (latest)
  --description TEXT  of the model, where it has none yet
  --shared            into the catalogue that every tenant sees; for admins
  --url URL           where Berth is, or BERTH_URL (http://127.0.0.1:4000)
  --help, -h          this text

Who uploads, by the first of these that is there:
  --token-file FILE   a file with an access token of the scope models:write
  BERTH_TOKEN         such a token
  --user NAME         with the password of BERTH_PASSWORD, or asked for
  --data DIR          the data folder of a Berth on this machine, or BERTH_DATA (.berth): its user admin
A user's sign-in is renewed while the upload lasts; a token has to last as long as the upload does.

Exit codes: 0 when the version is READY, 1 when it failed or was refused, 2 for a mistake in the command, 130 after Ctrl-C.
`

/**
 * @param cwd what paths on the command line start from
 * @throws UsageError
 */
export function readArguments(args: string[], environment: NodeJS.ProcessEnv, cwd: string): Options | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) {
    throw new UsageError(`Name one FILE, not ${positionals.length}.${seeHelp}`)
  }
  if (!values.name) throw new UsageError(`Name the model with --name.${seeHelp}`)
  const path = (given: string | undefined) => (given ? resolve(cwd, given) : undefined)
  return {
    file: resolve(cwd, file),
    fileName: basename(file),
    name: values.name,
    tag: values.tag ?? 'latest',
    description: values.description,
    shared: values.shared ?? false,
    url: checkUrl(values.url ?? (environment.BERTH_URL || 'http://127.0.0.1:4000')),
    tokenFile: path(values['token-file']),
    user: values.user,
    data: path(values.data) ?? resolve(environment.BERTH_DATA || '.berth'),
  }
}

const seeHelp = ' See npm run upload -- --help.'

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: text,
        tag: text,
        description: text,
        shared: flag,
        url: text,
        'token-file': text,
        user: text,
        data: text,
        help: { ...flag, short: 'h' },
      },
    })
  } catch (error) {
    const why = String(error instanceof Error ? error.message : error)
    throw new UsageError(`${why.replace(/\.?$/, '.')}${seeHelp}`)
  }
}

export const isLoopback = (url: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)

function checkUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new UsageError(`"${given}" is no address of Berth; give one such as https://berth.example.com.`)
  }
  if (url.protocol === 'http:' && !isLoopback(given)) {
    throw new UsageError(`Anybody on the way could read what goes to ${url.host} by http; use https.`)
  }
  return url.origin
}
