import { until } from '@berth/kit/condition'
import { secretsOf } from '@berth/kit/secrets'
import { DiscoveryV1Api, KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addressesOf } from '../fixtures/addresses.ts'
import { badTokens } from '../fixtures/bad-tokens.ts'
import { type HttpAnswer, send } from '../fixtures/raw-request.ts'
import { claimsOf, sign } from '../fixtures/signer.ts'
import { startTokenScene, type TokenScene } from '../fixtures/token-scene.ts'

const berth = inject('berth')
const data = inject('data')
const config = new KubeConfig()

// Tokens that are bad in one thing alone are signed with Berth's own keys, so this needs the folder that holds them.
describe.runIf(data)('tokens', () => {
  const at = addressesOf(berth)
  let scene: TokenScene
  let podUrl: string
  beforeAll(async () => {
    config.loadFromFile(inject('kubeconfig'))
    scene = await startTokenScene(berth, data, config)
    const slices = config.makeApiClient(DiscoveryV1Api)
    podUrl = await until('the pod has an address', async () => {
      const { items } = await slices.listNamespacedEndpointSlice({
        namespace: scene.resource.metadata.namespace,
        labelSelector: `berth.dev/server-id=${scene.server.id}`,
      })
      const [address] = items[0]?.endpoints?.[0]?.addresses ?? []
      return address && `http://${address}:${items[0]?.ports?.[0]?.port}`
    })
  })
  afterAll(() => scene?.close())

  const graph = { query: '{ me { id } }' }
  const chat = { model: 'storyteller', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1 }
  type Hop = [name: string, url: () => string, body: object | undefined, shape: 'graphql' | 'openai']
  const hops: Hop[] = [
    ['the graph', () => `${berth}/graphql`, graph, 'graphql'],
    ['the auth service', () => `${at.auth}/graphql`, graph, 'graphql'],
    [
      'the models service',
      () => `${at.models}/graphql`,
      { query: '{ models { edges { node { id } } } }' },
      'graphql',
    ],
    [
      'the servers service',
      () => `${at.servers}/graphql`,
      { query: '{ servers { edges { node { id } } } }' },
      'graphql',
    ],
    ['a chat at the gateway', () => `${scene.server.url}/chat/completions`, chat, 'openai'],
    ["a server's models at the gateway", () => `${scene.server.url}/models`, undefined, 'openai'],
    ['all models at the gateway', () => `${berth}/v1/models`, undefined, 'openai'],
    ['a chat by the name of its model', () => `${berth}/v1/chat/completions`, chat, 'openai'],
    ['a chat at the pod', () => `${podUrl}/v1/chat/completions`, chat, 'openai'],
    ["the pod's models", () => `${podUrl}/v1/models`, undefined, 'openai'],
  ]

  const isService = (url: string) =>
    [at.auth, at.models, at.servers].some((service) => url.startsWith(service))

  function messageIn({ text }: HttpAnswer, shape: Hop[3]): string {
    const body = JSON.parse(text)
    if (shape === 'openai') {
      expect(body.error).toEqual({
        message: expect.any(String),
        type: expect.any(String),
        param: null,
        code: expect.any(String),
      })
      return body.error.message
    }
    expect(body.data ?? null).toBeNull()
    expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED')
    return body.errors[0].message
  }

  describe.each(hops)('at %s', (_name, url, body, shape) => {
    const ask = (headers: string[], query = '') => send(`${url()}${query}`, { headers, body })

    test.each(badTokens)('a token %s is refused', async (_what, make, why) => {
      const token = make(scene.caller)
      const answer = await ask(['authorization', `Bearer ${token}`])
      expect(answer).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="berth", error="invalid_token"' },
      })
      expect(messageIn(answer, shape)).toMatch(why)
      scene.expectSilence(token, answer.text + JSON.stringify(answer.headers))
    })

    test.each<[what: string, headers: (good: string) => string[], query?: (good: string) => string]>([
      ['in the query', () => [], (good) => `?access_token=${good}`],
      ['in a cookie', (good) => ['cookie', `access_token=${good}`]],
      ['under another scheme', (good) => ['authorization', `Basic ${good}`]],
      ['in two headers', (good) => ['authorization', `Bearer ${good}`, 'authorization', `Bearer ${good}`]],
      ['behind another one', (good) => ['authorization', 'Bearer x', 'Authorization', `Bearer ${good}`]],
      ['with a word behind it', (good) => ['authorization', `Bearer ${good} ${good}`]],
      ['left out', () => ['authorization', 'Bearer ']],
    ])('a good token %s is none', async (_what, headers, query = () => '') => {
      const answer = await ask(headers(scene.ann.token), query(scene.ann.token))
      expect(messageIn(answer, shape)).toMatch(/bearer token/)
      // A service has public fields too, so without any header it answers field by field.
      const isAnonymous = headers(scene.ann.token)[0] !== 'authorization' && isService(url())
      expect(answer.status).toBe(isAnonymous ? 200 : 401)
      if (!isAnonymous) expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="berth"/)
      scene.expectSilence(scene.ann.token, answer.text)
    })

    test('tokens for another purpose are none for this', async () => {
      for (const token of [scene.ann.refreshToken, scene.contractToken]) {
        const answer = await ask(['authorization', `Bearer ${token}`])
        expect(answer.status).toBe(401)
        messageIn(answer, shape)
        scene.expectSilence(token, answer.text)
      }
    })

    test('a token larger than headers may be is refused before it is read', async () => {
      expect((await ask(['authorization', `Bearer ${'a'.repeat(20_000)}`])).status).toBe(431)
    })

    test('the good token is taken, under a scheme of any case', async () => {
      for (const scheme of ['Bearer', 'bearer']) {
        const answer = await ask([
          'authorization',
          `${scheme} ${sign(scene.caller.signer, scene.caller.claims)}`,
        ])
        expect(answer.status).toBe(200)
        expect(JSON.parse(answer.text)).not.toHaveProperty('errors')
      }
    })
  })

  test('what is for services is not for people, nor one service for the other', async () => {
    const { operatorClientSecret, serversClientSecret } = secretsOf(data)
    const serviceToken = async (client: string, secret: string | undefined, audience: string) => {
      const body = { grant_type: 'client_credentials', client_id: client, client_secret: secret, audience }
      const answer = await send(`${berth}/auth/token`, { body })
      expect(answer.status).toBe(200)
      return String(JSON.parse(answer.text).access_token)
    }
    const operator = await serviceToken('operator', operatorClientSecret, 'berth-servers')
    const servers = await serviceToken('servers', serversClientSecret, 'berth-models')
    const publish = (token: string) =>
      send(`${at.servers}/internal/status`, {
        headers: ['authorization', `Bearer ${token}`],
        body: { servers: [] },
      })
    expect((await publish(operator)).status).toBe(204)
    expect((await publish(scene.ann.token)).status).toBe(401)
    expect((await publish(servers)).status).toBe(401)
    const admin = { ...scene.caller.claims, role: 'ADMIN', scope: 'status:publish', aud: 'berth-servers' }
    expect((await publish(sign(scene.caller.signer, admin))).status).toBe(403)
    for (const [, make] of badTokens)
      expect((await publish(make({ ...scene.caller, claims: claimsOf(operator) }))).status).toBe(401)
    for (const token of [operator, servers]) {
      for (const [url, body] of [
        [`${berth}/graphql`, graph],
        [`${berth}/v1/models`, undefined],
        [`${podUrl}/v1/models`, undefined],
      ] as const) {
        const answer = await send(url, { headers: ['authorization', `Bearer ${token}`], body })
        expect(answer.status).toBe(401)
        scene.expectSilence(token, answer.text)
      }
    }
  })

  test("nobody asked the attacker's server, and no log has a token", () => scene.expectNoTrace())
})
