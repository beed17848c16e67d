import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { until } from '@berth/kit/condition'
import { demoModel } from '@berth/kit/demo-model'
import { ask, field } from '@berth/kit/graph'
import { listen } from '@berth/kit/listen'
import { newPerson, type Person } from '@berth/kit/people'
import { beginUpload, sendParts, type Upload, uploadFields } from '@berth/kit/uploads'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'

const berth = inject('berth')
const main = resolve(import.meta.dirname, '../../cli/main.ts')
const mebibyte = 2 ** 20
let folder: string
let ann: Person

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-upload-'))
  ann = await newPerson(berth)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, bytes: Buffer | string): string {
  writeFileSync(join(folder, name), bytes)
  return name
}

/** The command, as npm starts it in the person's folder. */
function start(args: string[], environment: Record<string, string> = { BERTH_TOKEN: ann.token }) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { PATH: process.env.PATH, INIT_CWD: folder, BERTH_URL: berth, BERTH_DATA: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const ended = new Promise<{ code: number | null; output: string }>((done) => {
    child.once('close', (code) => done({ code, output }))
  })
  return { child, ended, output: () => output }
}

const digestOfModel = async (name: string): Promise<unknown> => {
  const query = 'query ($name: String!) { model(name: $name) { latest { status file { sha256 } } } }'
  return (await ask(berth, query, { name }, ann.token)).data?.model
}
const ready = (bytes: Buffer) => ({
  latest: { status: 'READY', file: { sha256: createHash('sha256').update(bytes).digest('hex') } },
})

const openOnes = () => field<Upload[]>(berth, `{ uploads { ${uploadFields} } }`, {}, ann.token)

test('a file is brought in by one command, once', async () => {
  const bytes = demoModel(17 * mebibyte, 'by command')
  const args = [write('tiny.gguf', bytes), '--name', 'by-command', '--description', 'Small.']
  const first = await start(args).ended
  expect(first.output).toMatch(/tiny\.gguf has arrived\. SHA-256: [\da-f]{64}\n/)
  expect(first.output).toMatch(/by-command:latest is READY: llama, Q8_0, 17 MiB\.\n$/)
  expect(first.code).toBe(0)
  expect(await digestOfModel('by-command')).toEqual(ready(bytes))
  const second = await start(args).ended
  expect([second.code, second.output]).toEqual([0, expect.stringContaining('was uploaded before')])
})

test('it goes on with what the store has, of whoever sent it', async () => {
  const bytes = demoModel(17 * mebibyte, 'begun elsewhere')
  const fileName = write('half.gguf', bytes)
  const { upload } = await beginUpload(berth, ann.token, { name: 'half', fileName, sizeBytes: bytes.length })
  if (!upload) throw new Error('It was not begun.')
  await sendParts(berth, ann.token, upload, [2], bytes)
  const { code, output } = await start([fileName, '--name', 'half']).ended
  expect([code, output]).toEqual([0, expect.stringContaining('the store has 1 of 2 parts')])
  expect(await digestOfModel('half')).toEqual(ready(bytes))
})

/** A way to the graph on which no upload is ever completed. @returns its address */
async function withoutEnd(): Promise<string> {
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.concat(await request.toArray())
    if (body.includes('completeUpload')) return
    const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' }
    const answer = await fetch(`${berth}/graphql`, { method: 'POST', headers, body })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  }
  const server = createServer((request, response) => {
    // Whoever asks is killed.
    pass(request, response).catch(() => response.destroy())
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${await listen(server)}`
}

test('killed or stopped at any moment, the same command goes on', async () => {
  const bytes = demoModel(33 * mebibyte, 'killed')
  const args = [write('killed.gguf', bytes), '--name', 'killed']
  const killed = start(args, { BERTH_TOKEN: ann.token, BERTH_URL: await withoutEnd() })
  await until('the upload is open', async () => (await openOnes()).length > 0)
  killed.child.kill('SIGKILL')
  expect((await killed.ended).code).toBeNull()
  const stopped = start(args)
  await until('it says something', () => stopped.output() !== '')
  stopped.child.kill('SIGINT')
  // It may just have been through.
  expect([0, 130]).toContain((await stopped.ended).code)
  const last = await start(args).ended
  expect([last.code, last.output]).toEqual([0, expect.stringMatching(/killed:latest is READY/)])
  expect(await digestOfModel('killed')).toEqual(ready(bytes))
})

test('what is no model is told with the reason', async () => {
  const { code, output } = await start([write('text.gguf', 'This is no model.'), '--name', 'text']).ended
  expect([code, output]).toEqual([1, expect.stringMatching(/upload:text\.gguf .*GGUF/s)])
})

test('what cannot be done is told in one line', async () => {
  const text = write('text.gguf', 'This is no model.')
  const usual = { BERTH_TOKEN: ann.token }
  const cases: [string[], Record<string, string>, number, RegExp][] = [
    [['--name', 'n'], usual, 2, /Name one FILE/],
    [['nowhere.gguf', '--name', 'n'], usual, 2, /nowhere\.gguf cannot be read \(ENOENT\)/],
    [[text, '--name', 'No Name'], usual, 1, /A model's name has/],
    [[text, '--name', 'n'], {}, 2, /Nothing says who uploads/],
    [[text, '--name', 'n'], { BERTH_TOKEN: 'x' }, 1, /BERTH_TOKEN/],
    [[text, '--name', 'n', '--user', 'nobody'], { BERTH_PASSWORD: 'x' }, 1, /nobody cannot be signed in/],
  ]
  const told = await Promise.all(cases.map(([args, environment]) => start(args, environment).ended))
  for (const [index, [, , expected, message]] of cases.entries()) {
    const { code, output = '' } = told[index] ?? {}
    expect.soft(output).toMatch(message)
    expect.soft([code, output.trim().split('\n').length]).toEqual([expected, 1])
  }
})

test('the admin of a Berth on this machine needs no sign-in, and may fill the catalogue', async () => {
  const bytes = demoModel(5 * mebibyte, 'for all')
  const args = [write('all.gguf', bytes), '--name', 'for-all', '--shared', '--data', inject('data')]
  const { code, output } = await start(args, {}).ended
  expect([code, output]).toEqual([0, expect.stringContaining('for-all:latest is READY')])
  expect(await digestOfModel('for-all')).toEqual(ready(bytes))
})
