// Runs one of Berth's scripts on the Node and the packages that the repository asks for, installing them first where they are
// missing. Works from Node 20 on, with nothing installed:  node infra/bootstrap.mjs <script.ts> [arguments]
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

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
async function onceFor(input, stamp, work) {
  const file = join(root, stamp)
  const isDone = () => existsSync(file) && readFileSync(file, 'utf8') === input
  if (isDone()) return
  await alone(async () => {
    if (isDone()) return
    await work()
    mkdirSync(resolve(file, '..'), { recursive: true })
    writeFileSync(file, input)
  })
}

/** Two starts in one checkout must not install at once: the second waits, and finds it done. */
async function alone(work) {
  const lock = join(root, '.installing')
  for (let told = false; !takeLock(lock); told = true) {
    await delay(200)
    const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
    if (!isAlive(holder)) rmSync(lock, { force: true })
    else if (!told) process.stderr.write(`Waiting for process ${holder}, which installs or builds here.\n`)
  }
  try {
    await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    return fail(`${root} cannot be written (${error.code}), so nothing can be installed there.`)
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Starts a program that ends when this one is asked to, or when npm above it is gone; resolves with its exit code. */
function runChild(command, args, stdio, env) {
  const child = spawn(command, args, { cwd: root, stdio, env })
  // A terminal sends SIGINT to the child as well; Berth counts only the first.
  const pass = (signal) => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  const parent = process.ppid
  const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1_000)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  }).finally(() => {
    clearInterval(watch)
    for (const signal of signals) process.off(signal, pass)
  })
}

async function runOrFail(command, args, what) {
  try {
    const code = await runChild(command, args, ['ignore', 2, 2])
    if (code > 128) process.exit(code)
    if (code !== 0) fail(`${what} failed; what it printed above says why.`)
  } catch (error) {
    fail(`${what} failed: ${error.message}`)
  }
}

function install() {
  process.stderr.write('Installing packages; this takes a minute or two, once.\n')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  if (npm?.endsWith('.js')) return runOrFail(process.execPath, [npm, ...args], 'npm ci')
  return runOrFail(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, 'npm ci')
}

function buildFrontend() {
  process.stderr.write('Building the user interface.\n')
  return runOrFail(
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

await onceFor(hash(['package-lock.json']), 'node_modules/.berth-installed', install)
// A command serves no interface.
const needsFrontend = !script.startsWith('cli/') && !args.includes('--help')
if (needsFrontend && existsSync(join(root, 'frontend/index.html'))) {
  const sources = [
    ...filesUnder('frontend').filter((file) => !/^frontend\/(dist|node_modules)\//.test(file)),
    'package-lock.json',
  ]
  await onceFor(hash(sources), 'frontend/dist/.built-from', buildFrontend)
}

// The script ends when descriptor 3 does: so it does not outlive this process even when that is killed outright.
const env = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/berth-compiled'),
  BERTH_PARENT_FD: '3',
}
try {
  const scriptArgs = ['--disable-warning=ExperimentalWarning', join(root, script), ...args]
  process.exit(await runChild(node, scriptArgs, ['inherit', 'inherit', 'inherit', 'pipe'], env))
} catch (error) {
  fail(`${node} does not start: ${error.message}. Remove node_modules and try again.`)
}
