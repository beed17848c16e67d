// Runs one of Berth's scripts on the Node and the packages that the repository asks for, installing them first where they are
// missing. Works from Node 20 on, with nothing installed:  node infra/bootstrap.mjs <script.ts> [arguments]
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const node = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node')

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

function hash(files) {
  const sum = createHash('sha256')
  for (const file of files)
    sum
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0')
  return sum.digest('hex')
}

function filesUnder(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort()
}

/** Does the work unless a stamp file says that it was done for the same input. */
function onceFor(input, stamp, work) {
  const file = join(root, stamp)
  if (existsSync(file) && readFileSync(file, 'utf8') === input) return
  work()
  mkdirSync(resolve(file, '..'), { recursive: true })
  writeFileSync(file, input)
}

function runOrFail(command, args, what) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error || status !== 0)
    fail(`${what} failed${error ? `: ${error.message}` : ''}; what it printed above says why.`)
}

function install() {
  process.stderr.write('Installing packages; this takes a minute or two, once.\n')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  if (npm?.endsWith('.js')) runOrFail(process.execPath, [npm, ...args], 'npm ci')
  else runOrFail(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, 'npm ci')
}

function buildFrontend() {
  process.stderr.write('Building the user interface.\n')
  runOrFail(
    node,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', 'frontend'],
    'vite build',
  )
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`Berth needs Node 20 or later to start; this is ${process.version}. Get one at nodejs.org.`)
}
const [script, ...args] = process.argv.slice(2)
if (!script) fail('Which script? node infra/bootstrap.mjs <script.ts> [arguments]')

onceFor(hash(['package-lock.json']), 'node_modules/.berth-installed', install)
if (!args.includes('--help') && existsSync(join(root, 'frontend/index.html'))) {
  const sources = [
    ...filesUnder('frontend').filter((file) => !/^frontend\/(dist|node_modules)\//.test(file)),
    'package-lock.json',
  ]
  onceFor(hash(sources), 'frontend/dist/.built-from', buildFrontend)
}

// The script ends when descriptor 3 does: so it outlives neither this process nor npm above it.
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  env: {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
    BERTH_PARENT_FD: '3',
  },
})
child.on('error', (error) =>
  fail(`${node} does not start: ${error.message}. Remove node_modules and try again.`),
)
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal sends SIGINT to the child as well; it counts only the first.
  process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
}

/** This process's parent, and the parent's own where npm put a shell in between. */
function ancestors() {
  try {
    const fields = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
    const [, name, parent] = /\((.*)\) \S (\d+)/s.exec(fields) ?? []
    return process.env.npm_lifecycle_event && /^(sh|dash|bash)$/.test(name ?? '')
      ? `${process.ppid} ${parent}`
      : `${process.ppid}`
  } catch {
    return `${process.ppid}`
  }
}
const before = ancestors()
setInterval(() => {
  if (ancestors() !== before) child.kill('SIGTERM')
}, 1_000).unref()
