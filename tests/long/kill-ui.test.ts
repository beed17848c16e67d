import { openBrowser } from '@berth/kit/browser'
import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { keepAway, kill, type Part, processesOf, untilReplaced } from '@berth/kit/parts'
import { newPerson, type Person } from '@berth/kit/people'
import { type Process, signal } from '@berth/kit/processes'
import { deploy, untilStatus } from '@berth/kit/servers'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

const patience = { timeout: 90_000 }
let berth: TemporaryBerth
let ann: Person
let running: { id: string }
let stopped: { id: string }
let browser: Browser
let list: Page
let detail: Page

beforeAll(async () => {
  berth = await startTemporaryBerth()
  ann = await newPerson(berth.url, 'ann')
  running = await deploy(berth.url, ann.token, { name: 'teller', model: 'storyteller' })
  stopped = await deploy(berth.url, ann.token, { name: 'resting', model: 'storyteller' })
  for (const { id } of [running, stopped]) await untilStatus(berth.url, ann.token, id, 'READY')
  await change('stopServer(id: $id)')
  await untilStatus(berth.url, ann.token, stopped.id, 'STOPPED')
  browser = await openBrowser()
  list = await signedIn()
  detail = await list.context().newPage()
  await detail.goto(`${berth.url}/servers/${running.id}`)
  await detail.getByRole('heading', { name: /teller\s*Ready/ }).waitFor(patience)
  for (const page of [list, detail]) await page.evaluate('window.neverReloaded = true')
})
afterAll(async () => {
  await browser?.close()
  await berth?.remove()
})

async function signedIn(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(patience.timeout)
  const page = await context.newPage()
  await page.goto(`${berth.url}/servers`)
  await page.getByLabel('Username').fill(ann.username)
  await page.getByLabel('Password').fill(ann.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('[data-server=teller]').getByText('Ready').waitFor(patience)
  return page
}

/** Changes the server that is stopped, as somebody else would. */
const change = (mutation: string) =>
  field(
    berth.url,
    `mutation ($id: ID!) { ${mutation} { __typename ... on Error { message } } }`,
    { id: stopped.id },
    ann.token,
  )

const said = (page: Page) => page.getByRole('status').first()
const untilSilent = (page: Page) =>
  until('nothing is said to be away', async () => (await said(page).textContent()) === '', 60_000)
const notReady = /teller\s+(?!Ready)\w/

/** Holds a pod that has just begun until the page has shown that none is ready. */
async function seenAway({ pid }: Process): Promise<void> {
  signal(pid, 'SIGSTOP')
  await detail.getByRole('heading', { name: notReady }).waitFor(patience)
  signal(pid, 'SIGCONT')
}

const healthy = async () => (await fetch(`${berth.url}/health`)).ok

async function expectNotReloaded(page: Page): Promise<void> {
  expect(await page.evaluate('window.neverReloaded')).toBe(true)
}

const outages: [Part, RegExp][] = [
  ['gateway', /^Berth cannot be reached\./],
  ['servers', /the servers service/i],
  ['models', /the models service/i],
  ['auth', /sign-in/i],
  ['operator', /the operator/i],
  ['postgres', /the database/i],
  ['objects', /the object store/i],
]

test.each(outages)(
  'while %s is away the list says so, keeps its rows, and is live again after',
  async (part, words) => {
    await list.bringToFront()
    const letBack = keepAway(berth, part)
    try {
      await said(list).filter({ hasText: words }).waitFor(patience)
      expect(await list.locator('[data-server=teller]').getByText('Ready').count()).toBe(1)
    } finally {
      await letBack()
    }
    await untilSilent(list)
    await until('every part is ready', healthy, 60_000)
    const replicas = 2 + outages.findIndex(([name]) => name === part)
    await change(`scaleServer(id: $id, replicas: ${replicas})`)
    await list.locator('[data-server=resting]').getByText(`0 / ${replicas}`).waitFor(patience)
    await expectNotReloaded(list)
  },
)

test('the page of a server shows that its pods went with the cluster, and that they came back', async () => {
  await detail.bringToFront()
  const before = processesOf(berth, 'inference').map(({ pid }) => pid)
  await untilReplaced(berth, 'cluster', await kill(berth, 'cluster'))
  await seenAway(await untilReplaced(berth, 'inference', before))
  await detail.getByRole('heading', { name: /teller\s*Ready/ }).waitFor(patience)
  await untilSilent(detail)
  await expectNotReloaded(detail)
})

test.each(['inference', 'gateway'] as const)(
  'an answer that %s takes along is told, and asked for again it comes',
  async (part) => {
    await detail.bringToFront()
    await until('every part is ready', healthy, 60_000)
    const [pod] = processesOf(berth, 'inference')
    if (!pod) throw new Error('The pod does not run.')
    // An answer that still comes has the button's place, and a held pod would never end it.
    await detail.getByRole('button', { name: 'Send' }).waitFor(patience)
    // Held, so that the answer is certainly under way.
    process.kill(pod.pid, 'SIGSTOP')
    await detail.getByLabel('Message').fill('Tell me a story about a fox')
    await detail.getByRole('button', { name: 'Send' }).click()
    await detail.getByRole('button', { name: 'Stop', exact: true }).last().waitFor()
    const killed = await kill(berth, part)
    // Only then is READY what the new pod says, and not what the old one said.
    if (part === 'inference') await seenAway(await untilReplaced(berth, part, killed))
    const alert = detail.getByRole('alert')
    await alert.filter({ hasText: /reached|broke off|not ready/ }).waitFor(patience)
    // A probe that had no answer may have ended it meanwhile.
    signal(pod.pid, 'SIGCONT')
    await until('every part is ready', healthy, 60_000)
    await untilStatus(berth.url, ann.token, running.id, 'READY')
    const questions = await detail.locator('[data-role=user]').count()
    await detail.getByRole('heading', { name: /teller\s*Ready/ }).waitFor(patience)
    await detail.getByRole('button', { name: 'Ask again' }).click(patience)
    await detail.locator('[data-role=assistant]').last().filter({ hasText: /fox/i }).waitFor(patience)
    await until('the alert is gone', async () => (await alert.count()) === 0)
    // Asked again in the place of the first time, not once more.
    expect(await detail.locator('[data-role=user]').count()).toBe(questions)
    await expectNotReloaded(detail)
  },
)
