import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addressesOf } from '../fixtures/addresses.ts'
import { badTokens } from '../fixtures/bad-tokens.ts'
import { sign } from '../fixtures/signer.ts'
import { startTokenScene, type TokenScene } from '../fixtures/token-scene.ts'
import { askBySocket } from '../fixtures/wire-socket.ts'

const berth = inject('berth')
const data = inject('data')
const config = new KubeConfig()

describe.runIf(data)('tokens on sockets', () => {
  const at = addressesOf(berth)
  let scene: TokenScene
  beforeAll(async () => {
    config.loadFromFile(inject('kubeconfig'))
    scene = await startTokenScene(berth, data, config)
  })
  afterAll(() => scene?.close())

  const subscription = 'subscription { serversChanged { cursor } }'
  const retrieval = 'subscription { retrieval(versionId: "00000000-0000-4000-8000-000000000000") { id } }'
  describe.each<[string, () => string, string]>([
    ['the gateway', () => berth, subscription],
    ['the servers service', () => at.servers, subscription],
    ['the models service', () => at.models, retrieval],
  ])('the socket of %s', (_name, url, query) => {
    test.each(badTokens)('is closed for a token %s', async (_what, make) => {
      const token = make(scene.caller)
      const answer = await askBySocket(url(), { authorization: `Bearer ${token}` }, query)
      expect(answer).toMatchObject({ code: 4403, messages: [] })
      scene.expectSilence(token, answer.reason)
    })

    test.each<[string, (good: string) => object]>([
      ['a NUL behind the token', (good) => ({ authorization: `Bearer ${good}\0` })],
      ['two tokens', (good) => ({ authorization: `Bearer ${good}, Bearer ${good}` })],
      ['a token without a scheme', (good) => ({ authorization: good })],
    ])('is closed for %s', async (_what, parameters) => {
      const answer = await askBySocket(url(), parameters(scene.ann.token), query)
      expect(answer).toMatchObject({ code: 4403, messages: [] })
    })

    test.each<[string, (good: string) => object]>([
      ['without a token', () => ({})],
      [
        'with a token where none is looked for',
        (good) => ({ token: good, authorization: [`Bearer ${good}`] }),
      ],
    ])('delivers nothing %s', async (_what, parameters) => {
      const { messages } = await askBySocket(url(), parameters(scene.ann.token), query)
      expect(JSON.stringify(messages)).toContain('UNAUTHENTICATED')
      expect(JSON.stringify(messages)).not.toContain('serversChanged":{')
    })
  })

  test('the socket delivers with the good token', async () => {
    const authorization = `Bearer ${sign(scene.caller.signer, scene.caller.claims)}`
    for (const url of [berth, at.servers]) {
      const { messages } = await askBySocket(url, { authorization }, subscription)
      // More may come until the socket is closed.
      expect(messages.slice(0, 2).map(({ type }) => type)).toEqual(['connection_ack', 'next'])
    }
  })

  test("nobody asked the attacker's server, and no log has a token", () => scene.expectNoTrace())
})
