import { randomBytes } from 'node:crypto'
import { openBrowser } from '@berth/kit/browser'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

const berth = inject('berth')
const username = `ui-${randomBytes(5).toString('hex')}`
const password = randomBytes(12).toString('base64url')
let browser: Browser
let context: BrowserContext
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  browser = await openBrowser()
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(60_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: berth })
  page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
})
afterAll(async () => {
  await browser?.close()
})

test('whoever is not signed in is asked to, and may register', async () => {
  await page.goto(`${berth}/servers`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.getByRole('link', { name: 'Register' }).click()
  // The page before, with fields of the same names, stays until the next one is there.
  await page.getByRole('heading', { name: 'Register' }).waitFor()
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name: 'No servers yet' }).waitFor()
  await page.getByText(username).waitFor()
})

test('a wrong password is told, the right one goes on to where one wanted to be', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.goto(`${berth}/models`)
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill('a wrong password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Models', exact: true }).waitFor()
  // The browser notes the refused sign-in itself; that one is expected.
  complaints.length = 0
})

test('the storyteller is there to be deployed; the plan comes before the deployment', async () => {
  const card = page.locator('[data-model=storyteller]')
  await card.getByRole('link', { name: 'Deploy' }).click()
  await page.getByRole('heading', { name: 'Deploy a server' }).waitFor()
  await page.getByLabel('Name').fill('my-teller')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('The contract allows this.').waitFor()
  await page.getByRole('table', { name: 'Quota' }).waitFor()
  await page.getByRole('button', { name: 'Accept and deploy' }).click()
  await page.waitForURL(/\/servers\/[0-9a-f-]{36}$/)
})

test('the server comes up live, with its pods and its endpoint', async () => {
  await page.getByRole('heading', { name: /my-teller\s*Ready/ }).waitFor({ timeout: 120_000 })
  const id = page.url().split('/').at(-1)
  await page
    .getByRole('region', { name: 'Endpoint' })
    .getByText(`${berth}/${id}/v1`, { exact: true })
    .waitFor()
  const pods = page.getByRole('table', { name: 'Pods' })
  await pods.getByText('Ready').waitFor()
  await pods.getByText(/MiB/).first().waitFor()
  await page.getByRole('button', { name: 'Copy curl' }).click()
  await expect
    .poll(() => page.evaluate('navigator.clipboard.readText()'))
    .toContain(`${berth}/${id}/v1/chat/completions`)
})

test('the chat streams a story about what one names, and goes on', async () => {
  const message = page.getByLabel('Message')
  await message.fill('Tell me a story about a fox')
  await message.press('Enter')
  const answers = page.locator('[data-role=assistant]')
  await answers.first().filter({ hasText: /fox/i }).waitFor()
  await page.getByRole('button', { name: 'Send' }).waitFor()
  await message.fill('Now one about a whale')
  await message.press('Enter')
  await answers.nth(1).filter({ hasText: /whale/i }).waitFor()
  await page.getByRole('button', { name: 'Send' }).waitFor()
})

test('the list is live: what another tab does shows here', async () => {
  const other = await context.newPage()
  const server = page.url()
  await other.goto(`${berth}/servers`)
  const row = other.locator('[data-server=my-teller]')
  await row.getByText('Ready').waitFor()
  for (const column of ['Memory', 'Max memory', 'CPU', 'Created', 'Started', 'Updated', 'Replicas']) {
    await other.getByRole('columnheader', { name: column, exact: true }).waitFor()
  }
  await page.bringToFront()
  await page.getByRole('button', { name: 'Stop' }).click()
  await row.getByText('Stopped').waitFor()
  await page.getByRole('button', { name: 'Start' }).click()
  await row.getByText('Ready').waitFor({ timeout: 120_000 })
  await other.close()
  expect(page.url()).toBe(server)
})

test('a deployment that the contract refuses says why', async () => {
  await page.getByRole('link', { name: 'Servers' }).click()
  await page.getByRole('link', { name: 'Deploy a server' }).click()
  await page.getByRole('option', { name: 'storyteller', exact: true }).waitFor({ state: 'attached' })
  await page.getByLabel('Name').fill('too-wide')
  await page.getByLabel('Replicas').fill('99')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('The contract does not allow this').waitFor()
  expect(await page.getByRole('button', { name: 'Accept and deploy' }).count()).toBe(0)
})

test('a model is registered; a wrong source is told beside its field', async () => {
  await page.getByRole('link', { name: 'Models' }).click()
  await page.getByRole('button', { name: 'Register a model' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('second-teller')
  await dialog.getByLabel('Source').fill('ftp://example.com/model.gguf')
  await dialog.getByRole('button', { name: 'Register' }).click()
  const source = dialog.getByLabel('Source')
  await dialog.locator('[name=uri][aria-invalid=true]').waitFor()
  await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('uri')
  await source.fill('s3://upstream/storyteller/storyteller.gguf')
  await dialog.getByRole('button', { name: 'Register' }).click()
  const card = page.locator('[data-model=second-teller]')
  await card.getByText('Registered').waitFor()
  await card.getByRole('button', { name: 'Retrieve' }).click()
  await card.getByText('Ready', { exact: true }).waitFor()
})

test('a server is deleted after a question', async () => {
  await page.getByRole('link', { name: 'Servers' }).click()
  await page.getByRole('link', { name: 'my-teller' }).click()
  await page.getByRole('heading', { name: 'my-teller' }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'The server was deleted' }).waitFor({ timeout: 120_000 })
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('To the servers')
})

test('an address that does not exist says so, and nothing complained on the way', async () => {
  await page.goto(`${berth}/nowhere`)
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
  expect(complaints).toEqual([])
})

test('Apollo Sandbox is at /graphql', async () => {
  const response = await fetch(`${berth}/graphql`, { headers: { accept: 'text/html' } })
  expect(response.headers.get('content-type')).toContain('text/html')
  expect(await response.text()).toMatch(/sandbox/i)
})
