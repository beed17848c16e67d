import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser } from '@berth/kit/browser'
import { newPerson } from '@berth/kit/people'
import { deploy } from '@berth/kit/servers'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

const berth = inject('berth')
let browser: Browser
let page: Page

beforeAll(async () => {
  const ann = await newPerson(berth, 'ann')
  await deploy(berth, ann.token, { name: 'taken', model: 'storyteller', replicas: 0 })
  browser = await openBrowser()
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  page.setDefaultTimeout(60_000)
  await page.goto(`${berth}/sign-in`)
  await page.getByLabel('Username').fill(ann.username)
  await page.getByLabel('Password').fill(ann.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('[data-server=taken]').waitFor()
})
afterAll(() => browser?.close())

/** The field is marked, says this, and still has what was typed. */
async function isRefused(field: Locator, value: string, why: RegExp): Promise<void> {
  const note = page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`)
  await note.filter({ hasText: why }).waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  expect(await field.inputValue()).toBe(value)
}

/** With `SCREENSHOTS=<folder>` a person can look at the page as well. */
async function picture(name: string): Promise<void> {
  const { SCREENSHOTS } = process.env
  if (!SCREENSHOTS) return
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
}

test.each([
  ['Tales', /cannot be used: it must be 1 to 40 lower-case letters/],
  ['ta\u200bles', /"ta\\u\{200b\}les" cannot be used/],
  ['taken', /There is a server named taken already; choose another name/],
])('a server cannot be named %j, and the form says so beside the name', async (name, why) => {
  await page.goto(`${berth}/servers/new`)
  await page.getByRole('option', { name: 'storyteller', exact: true }).waitFor({ state: 'attached' })
  const field = page.getByLabel('Name')
  await field.fill(name)
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await isRefused(field, name, why)
  await picture(`server-${why.source.length}`)
})

test('a context that is too long is told beside the context, and everything typed stays', async () => {
  await page.goto(`${berth}/servers/new?model=storyteller`)
  await page.getByLabel('Name').fill('tales')
  await page.getByText('Runtime').click()
  await page.getByLabel('Context').fill('5000')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await isRefused(page.getByLabel('Context'), '5000', /longer than the 1024 that storyteller was made for/)
  expect(await page.getByLabel('Name').inputValue()).toBe('tales')
  await picture('context')
  await page.getByLabel('Context').fill('512')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('The contract allows this.').waitFor()
  expect(await page.getByLabel('Context').getAttribute('aria-invalid')).toBe('false')
})

test.each([
  ['Name', 'T\u0430les', /1 to 63 lower-case letters/],
  ['Tag (optional)', 'v 1', /1 to 63 lower-case letters/],
  ['Source', 'https://127.0.0.2/m.gguf', /127\.0\.0\.2 is no public address/],
  ['Source', 'https://ann:secret@example.com/m.gguf', /no user name and no password/],
  ['Description (optional)', 'a\u202eb', /none that turn the direction of text/],
])('a model whose %s is %j is refused beside it', async (label, value, why) => {
  await page.goto(`${berth}/models`)
  await page.getByRole('button', { name: 'Register a model' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('mine')
  await dialog.getByLabel('Source').fill('s3://upstream/m.gguf')
  await dialog.getByLabel(label).fill(value)
  await dialog.getByRole('button', { name: 'Register' }).click()
  await isRefused(dialog.getByLabel(label), value, why)
  await picture(`model-${label.split(' ')[0]}`)
})
