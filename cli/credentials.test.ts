import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { UsageError } from './arguments.ts'
import { readCredentials } from './credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'berth-credentials-'))
const url = 'https://berth.example'
const options = { url, tokenFile: undefined, user: undefined, data: join(folder, 'none') }

afterEach(() => vi.unstubAllGlobals())
afterAll(() => rmSync(folder, { recursive: true }))

/** The token endpoint; each token is good for so many seconds. */
function serveTokens(expiresIn: number, status = 200) {
  const asked: Record<string, string>[] = []
  vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
    asked.push(JSON.parse(body))
    const tokens = {
      access_token: `a${asked.length}`,
      refresh_token: `r${asked.length}`,
      expires_in: expiresIn,
    }
    return Response.json(status === 200 ? tokens : { error_description: 'Wrong.' }, { status })
  })
  return asked
}

test('a token comes from its file, or the environment', async () => {
  const tokenFile = join(folder, 'token')
  writeFileSync(tokenFile, 'from-file\n')
  const environment = { BERTH_TOKEN: 'from-environment' }
  expect(await (await readCredentials({ ...options, tokenFile }, environment, undefined))(false)).toBe(
    'from-file',
  )
  const tokens = await readCredentials(options, environment, undefined)
  expect(await tokens(false)).toBe('from-environment')
  await expect(tokens(true)).rejects.toThrow('BERTH_TOKEN')
})

test('a sign-in is kept as long as it holds, then renewed', async () => {
  const asked = serveTokens(3_600)
  const tokens = await readCredentials({ ...options, user: 'ann' }, { BERTH_PASSWORD: 'secret' }, undefined)
  expect([await tokens(false), await tokens(false), await tokens(true)]).toEqual(['a1', 'a1', 'a2'])
  expect(asked).toEqual([
    { grant_type: 'password', username: 'ann', password: 'secret' },
    { grant_type: 'refresh_token', refresh_token: 'r1' },
  ])
})

test('one that is nearly over is renewed before', async () => {
  serveTokens(30)
  const tokens = await readCredentials({ ...options, user: 'ann' }, { BERTH_PASSWORD: 'secret' }, undefined)
  expect([await tokens(false), await tokens(false)]).toEqual(['a1', 'a2'])
})

test('a wrong password is told, and asked again each time', async () => {
  serveTokens(30, 400)
  const tokens = await readCredentials({ ...options, user: 'ann' }, { BERTH_PASSWORD: 'secret' }, undefined)
  await expect(tokens(false)).rejects.toThrow('ann cannot be signed in at https://berth.example: Wrong.')
})

test('the admin of a data folder is for this machine alone', async () => {
  writeFileSync(join(folder, 'admin-password'), 'local\n')
  const asked = serveTokens(3_600)
  const local = { ...options, url: 'http://127.0.0.1:4000', data: folder }
  await (await readCredentials(local, {}, undefined))(false)
  expect(asked).toMatchObject([{ username: 'admin', password: 'local' }])
  await expect(readCredentials({ ...options, data: folder }, {}, undefined)).rejects.toThrow(UsageError)
})

test('a person is asked where there is one', async () => {
  const asked = serveTokens(3_600)
  const questions: [string, boolean][] = []
  const prompt = async (question: string, isHidden: boolean) => {
    questions.push([question, isHidden])
    return isHidden ? 'typed' : 'bob'
  }
  await (await readCredentials(options, {}, prompt))(false)
  expect(questions).toEqual([
    ['User at https://berth.example: ', false],
    ['Password of bob: ', true],
  ])
  expect(asked).toMatchObject([{ username: 'bob', password: 'typed' }])
})
