import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser } from '@berth/kit/browser'
import { demoModel } from '@berth/kit/demo-model'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy } from '@berth/kit/servers'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'

const berth = inject('berth')
const mebibyte = 2 ** 20
let browser: Browser
let page: Page
let person: Person
let upstream: Upstream
const complaints: string[] = []

beforeAll(async () => {
  ;[browser, person, upstream] = await Promise.all([
    openBrowser(),
    newPerson(berth),
    startUpstream({ bytesPerSecond: 4 * mebibyte }),
  ])
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(60_000)
  page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(`${berth}/models`)
  await page.getByLabel('Username').fill(person.username)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Models', exact: true }).waitFor()
})
afterAll(async () => {
  await browser?.close()
  await upstream?.close()
})

const card = (model: string) => page.locator(`[data-model="${model}"]`)
const focused = () => page.evaluate('document.activeElement.textContent')

test('a slow retrieval shows how far it is; cancelled, it is tried again until it is there', async () => {
  const uri = upstream.offer('slow.gguf', demoModel(24 * mebibyte, 'slow'))
  await page.getByRole('button', { name: 'Register a model' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Source').fill(uri)
  await dialog.getByLabel('Name').fill('slow-teller')
  await dialog.getByRole('button', { name: 'Register' }).click()
  const slow = card('slow-teller')
  await slow.getByRole('button', { name: 'Retrieve' }).waitFor()
  // So that it is under way for as long as it takes to look at it.
  upstream.setPace('slow.gguf', mebibyte / 2)
  await slow.getByRole('button', { name: 'Retrieve' }).click()
  await slow.getByRole('progressbar', { name: 'Bytes received' }).waitFor()
  await slow.getByText(/ of 24\.0 MiB \(\d+ %\) · .* [KM]iB\/s · \d+ s left/).waitFor()
  await slow.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the retrieval' }).click()
  await slow.getByText('Cancelled', { exact: true }).waitFor()
  await expect.poll(focused).toBe('Retry')
  // There is a shorter one by now, so that this test need not wait for long.
  upstream.offer('slow.gguf', demoModel(4 * mebibyte, 'slow'))
  upstream.setPace('slow.gguf', 4 * mebibyte)
  await slow.getByRole('button', { name: 'Retry' }).click()
  await slow.getByText('Ready', { exact: true }).waitFor()
})

test('its page tells of the file and of the servers that run it, which hold it', async () => {
  await deploy(berth, person.token, { name: 'evening', model: 'slow-teller' })
  await page.getByRole('link', { name: 'slow-teller : latest' }).click()
  await page.getByRole('heading', { name: /slow-teller : latest\s*Ready/ }).waitFor()
  await expect.poll(() => page.title()).toBe('slow-teller : latest · Berth')
  const facts = page.getByRole('region', { name: 'Model' })
  for (const fact of ['llama', 'Q8_0', '1,024 tokens', 'gpt2', '2,048 tokens']) {
    await facts.getByText(fact, { exact: true }).waitFor()
  }
  await page.getByRole('row', { name: /Publish\s*Done/ }).waitFor()
  await page.getByRole('region', { name: 'Servers' }).getByRole('link', { name: 'evening' }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('evening runs it').waitFor()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('alert').filter({ hasText: 'evening' }).waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(focused).toBe('Delete')
  await page.getByRole('link', { name: 'evening' }).click()
  await page.getByRole('link', { name: 'slow-teller : latest' }).click()
  await page.getByRole('heading', { name: /slow-teller : latest/ }).waitFor()
})

test('a file is uploaded; after a reload it is chosen again, and goes on with what the store has', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-ui-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'Fox-Tales-Q8_0.gguf')
  const other = join(folder, 'another.gguf')
  writeFileSync(file, demoModel(17 * mebibyte, 'sent'))
  writeFileSync(other, 'GGUF')
  // The second of its two parts stays here until the page was loaded again.
  const signed: number[] = []
  let isHeld = true
  await page.route('**/graphql', async (route) => {
    const { operationName, variables } = route.request().postDataJSON()
    if (operationName !== 'SignUploadParts') return route.continue()
    if (isHeld && variables.numbers[0] !== 1) return
    signed.push(...variables.numbers)
    await route.continue()
  })
  await page.getByRole('link', { name: 'Models' }).click()
  await page.locator('input[type=file]').first().setInputFiles(file)
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByLabel('Name').inputValue()).toBe('fox-tales')
  expect(await dialog.getByLabel('Tag').inputValue()).toBe('q8-0')
  await dialog.getByRole('button', { name: 'Upload' }).click()
  const upload = page.locator('[data-upload="fox-tales:q8-0"]')
  await upload.getByText(/^16\.0 MiB of 17\.0 MiB \(94 %\)/).waitFor()
  const asked = page.waitForEvent('dialog').then(async (question) => {
    await question.accept()
    return question.type()
  })
  await page.reload()
  expect(await asked).toBe('beforeunload')
  await upload.getByText(/^Choose Fox-Tales-Q8_0\.gguf again/).waitFor()
  isHeld = false
  await upload.locator('input[type=file]').setInputFiles(other)
  await upload.getByText('This is another.gguf; choose Fox-Tales-Q8_0.gguf.').waitFor()
  await upload.locator('input[type=file]').setInputFiles(file)
  const fox = card('fox-tales')
  await fox.getByText('Ready', { exact: true }).waitFor()
  expect(signed).toEqual([1, 2])
  await upload.waitFor({ state: 'detached' })
})

test('a model gets another name and a description, by which it is found', async () => {
  await page.getByRole('button', { name: 'Edit fox-tales' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('whale-tales')
  await dialog.getByLabel('Description').fill('Of the wide sea.')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await card('whale-tales').getByRole('paragraph').filter({ hasText: 'Of the wide sea.' }).waitFor()
  await page.getByLabel('Search').fill('wide sea')
  await card('slow-teller').waitFor({ state: 'detached' })
  await card('whale-tales').waitFor()
})

test('a version is deleted, and the focus is at the models', async () => {
  await page.getByRole('link', { name: 'whale-tales : q8-0' }).click()
  await page.getByRole('heading', { name: /whale-tales : q8-0/ }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Models', exact: true }).waitFor()
  await card('slow-teller').waitFor()
  await card('whale-tales').waitFor({ state: 'detached' })
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content')
  expect(complaints).toEqual([])
})
