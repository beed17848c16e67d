import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser } from '@berth/kit/browser'
import { until } from '@berth/kit/condition'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { kill, untilReplaced } from '@berth/kit/parts'
import { newPerson, type Person, signIn } from '@berth/kit/people'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addressesOf } from '../fixtures/addresses.ts'
import { queryOf } from '../fixtures/database.ts'
import { type HttpAnswer, send } from '../fixtures/raw-request.ts'

const registrationsPerHour = 6
let berth: TemporaryBerth
let browser: Browser
let ann: Person
let bob: Person

beforeAll(async () => {
  berth = await startTemporaryBerth({
    // With so short a life each request of a page renews its token, and each tab's socket ends every five seconds.
    env: { REGISTRATIONS_PER_HOUR: String(registrationsPerHour), ACCESS_TOKEN_TTL: '5' },
  })
  ann = await newPerson(berth.url, 'ann')
  bob = await newPerson(berth.url, 'bob')
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await berth?.remove()
})

async function killAuth(): Promise<void> {
  await untilReplaced(berth, 'auth', await kill(berth, 'auth'))
  await until('the auth service answers again', async () => {
    return (await fetch(`${addressesOf(berth.url).auth}/health`)).ok
  })
}

const rows = <Row extends object>(sql: string) =>
  queryOf<Row>({ berth: berth.url, data: berth.data, service: 'auth' }, sql)

/** Guesses, or signs in, at the gateway or straight at the auth service as a proxy would. */
function password(
  who: Person,
  given: string,
  { headers = [] as string[], base = berth.url } = {},
): Promise<HttpAnswer> {
  const body = { grant_type: 'password', username: who.username, password: given }
  return send(`${base}/auth/token`, { headers, body })
}

async function refresh(token: string): Promise<HttpAnswer> {
  return send(`${berth.url}/auth/token`, { body: { grant_type: 'refresh_token', refresh_token: token } })
}

/** Makes somebody's wait longer than anything takes on a busy machine, or ends it without its being sat out. */
async function wait(who: Person, end: "now() + interval '10 minutes'" | 'now()'): Promise<void> {
  const keys = await rows(
    `UPDATE sign_in_attempts SET blocked_until = ${end} WHERE key LIKE 'user:${who.username}%' RETURNING key`,
  )
  expect(keys).toHaveLength(1)
}

/** Guesses until it has to wait. @returns how many guesses were heard before, and the refusal */
async function guessUntilRefused(who: Person, options: Parameters<typeof password>[2] = {}) {
  for (let heard = 0; heard < 40; heard += 1) {
    const answer = await password(who, 'a wrong guess', options)
    if (answer.status === 429) return { heard, answer }
    expect(answer).toMatchObject({ status: 400 })
  }
  throw new Error('Forty wrong passwords were heard.')
}

function expectPatience({ status, headers, text }: HttpAnswer, why: RegExp): void {
  expect(status).toBe(429)
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  expect(text).toMatch(why)
}

async function openPage(path: string, context = browser.newContext()): Promise<Page> {
  const page = await (await context).newPage()
  page.setDefaultTimeout(90_000)
  await page.goto(`${berth.url}${path}`)
  return page
}

async function fillIn(
  page: Page,
  { username, password }: Pick<Person, 'username' | 'password'>,
): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.locator('form button[type=submit]').click()
}

test('wrong passwords have to wait, told in words, whatever address the client claims; others do not', async () => {
  const { heard, answer } = await guessUntilRefused(ann)
  // Five are free, and then the waits outgrow any pause of a busy machine.
  expect(heard).toBeLessThanOrEqual(10)
  expectPatience(answer, /slow_down.*Too many failed sign-ins; try again in \d+ s\./)
  const spoofed = [
    'x-forwarded-for',
    '203.0.113.9',
    'forwarded',
    'for=203.0.113.9',
    'x-real-ip',
    '203.0.113.9',
  ]
  expect((await guessUntilRefused(ann, { headers: spoofed })).heard).toBeLessThan(5)
  expect((await password(bob, bob.password)).status).toBe(200)
})

test('a restart of the auth service forgets no wrong password', async () => {
  await wait(ann, "now() + interval '10 minutes'")
  await killAuth()
  const { heard, answer } = await guessUntilRefused(ann)
  // Five would be heard again by a service that had forgotten.
  expect(heard).toBe(0)
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(60)
})

test('the page says how long to wait, and the right password is good after that', async () => {
  expect((await password(ann, 'a wrong guess')).status).toBeGreaterThanOrEqual(400)
  await wait(ann, "now() + interval '10 minutes'")
  const page = await openPage('/sign-in')
  await fillIn(page, ann)
  await page
    .getByRole('alert')
    .getByText(/Too many failed sign-ins; try again in \d+ s\./)
    .waitFor()
  await page.context().close()
  await wait(ann, 'now()')
  expect((await password(ann, ann.password)).status).toBe(200)
  expect((await password(ann, 'a wrong guess')).status).toBe(400)
})

test('strangers who guess elsewhere cannot lock somebody out where they have signed in before', async () => {
  const stranger = { base: addressesOf(berth.url).auth, headers: ['x-forwarded-for', '203.0.113.9'] }
  expectPatience((await guessUntilRefused(bob, stranger)).answer, /slow_down/)
  await wait(bob, "now() + interval '10 minutes'")
  expectPatience(await password(bob, bob.password, stranger), /slow_down/)
  expect((await password(bob, bob.password)).status).toBe(200)
})

test('tabs of one browser take turns at a refresh token; a thief who uses it ends the session, and the person is told', async () => {
  const context = await browser.newContext()
  const page = await openPage('/sign-in', Promise.resolve(context))
  await fillIn(page, bob)
  await page.waitForURL('**/servers')
  const tabs = [
    page,
    await openPage('/models', Promise.resolve(context)),
    await openPage('/servers', Promise.resolve(context)),
  ]
  const tokenOf = () =>
    page.evaluate(() => JSON.parse(localStorage.getItem('berth.session') ?? '{}').refreshToken as string)
  const seen = new Set<string>()
  await until(
    'the tabs have renewed the token many times',
    async () => {
      seen.add(await tokenOf())
      return seen.size >= 4
    },
    90_000,
  )
  for (const tab of tabs) expect(new URL(tab.url()).pathname).not.toBe('/sign-in')
  expect(await rows("SELECT id FROM sessions WHERE revoked_for = 'reuse'")).toEqual([])

  const stolen = await tokenOf()
  const loot = await refresh(stolen)
  await Promise.all(tabs.map((tab) => tab.getByRole('heading', { name: 'Sign in' }).waitFor()))
  const told = await Promise.all(tabs.map((tab) => tab.getByRole('alert').allTextContents()))
  expect(told.flat().join()).toMatch(
    /You were signed out\. The refresh token was (used before, so its session was ended|revoked); sign in again\./,
  )
  // What the thief got is worth nothing either: the family ends as a whole.
  const next = loot.status === 200 ? String(JSON.parse(loot.text).refresh_token) : stolen
  expect(await refresh(next)).toMatchObject({ status: 400 })
  const [session, ...others] = await rows<{ revoked_at: Date }>(
    "SELECT revoked_at FROM sessions WHERE revoked_for = 'reuse'",
  )
  expect(session?.revoked_at).toBeInstanceOf(Date)
  expect(others).toEqual([])
  const readLog = () => readFileSync(join(berth.data, 'logs/auth.log'), 'utf8')
  const line = await until('the log tells', () =>
    readLog()
      .split('\n')
      .find((text) => text.includes('a refresh token was used twice')),
  )
  expect(JSON.parse(line)).toMatchObject({ username: bob.username, address: '127.0.0.1' })
  for (const token of [stolen, next, ...seen]) expect(readLog()).not.toContain(token)
  await context.close()
  expect((await signIn(berth.url, bob.username, bob.password)).token).toBeTruthy()
})

test('one address registers so many people in an hour, over a restart and whatever it claims to be', async () => {
  const register = (username: string, headers: string[] = []) =>
    send(`${berth.url}/graphql`, {
      headers,
      body: {
        query: 'mutation ($input: RegisterUserInput!) { registerUser(input: $input) { __typename } }',
        variables: { input: { username, password: 'a long enough password' } },
      },
    })
  for (let number = 3; number <= registrationsPerHour; number += 1) {
    const { status, text } = await register(`crowd-${number}`)
    expect([status, text]).toEqual([200, expect.stringContaining('RegisterUserSuccess')])
  }
  const told = /TOO_MANY_REQUESTS|Too many registrations from this address; try again in \d+ s\./
  expectPatience(await register('crowd-more'), told)
  expectPatience(await register('crowd-more', ['x-forwarded-for', '203.0.113.9']), told)
  await killAuth()
  const refused = await register('crowd-more')
  expectPatience(refused, told)
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(3_600)
  expect(await rows("SELECT id FROM users WHERE username = 'crowd-more'")).toEqual([])
  const page = await openPage('/register')
  await fillIn(page, { username: 'crowd-more', password: 'a long enough password' })
  await page
    .getByRole('alert')
    .getByText(/Too many registrations from this address; try again in \d+ s\./)
    .waitFor()
})
