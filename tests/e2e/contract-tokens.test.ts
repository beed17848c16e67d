import { contractAnnotation } from '@berth/schema/modelserve.ts'
import { AdmissionregistrationV1Api, KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addressesOf } from '../fixtures/addresses.ts'
import { badTokens } from '../fixtures/bad-tokens.ts'
import { send } from '../fixtures/raw-request.ts'
import { sign } from '../fixtures/signer.ts'
import { startTokenScene, type TokenScene } from '../fixtures/token-scene.ts'

const berth = inject('berth')
const data = inject('data')
const config = new KubeConfig()

describe.runIf(data)('the webhook', () => {
  const at = addressesOf(berth)
  let scene: TokenScene
  let webhookCa: string
  beforeAll(async () => {
    config.loadFromFile(inject('kubeconfig'))
    scene = await startTokenScene(berth, data, config)
    const { webhooks } = await config
      .makeApiClient(AdmissionregistrationV1Api)
      .readValidatingWebhookConfiguration({ name: 'berth-contract' })
    webhookCa = Buffer.from(webhooks?.[0]?.clientConfig.caBundle ?? '', 'base64').toString()
  })
  afterAll(() => scene?.close())

  async function review(token: string | undefined) {
    const annotations = token === undefined ? {} : { [contractAnnotation]: token }
    const object = { ...scene.resource, metadata: { ...scene.resource.metadata, annotations } }
    const { name, namespace } = scene.resource.metadata
    const request = { uid: 'one', operation: 'CREATE', name, namespace, object }
    const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }
    const answer = await send(`${at.webhook}/validate`, { body, ca: webhookCa })
    expect(answer.status).toBe(200)
    return { text: answer.text, response: JSON.parse(answer.text).response }
  }

  test.each(badTokens)('refuses a contract %s', async (_what, make, why) => {
    const token = make(scene.contract)
    const { text, response } = await review(token)
    expect(response).toMatchObject({
      uid: 'one',
      allowed: false,
      status: { code: 403, reason: 'Forbidden' },
    })
    expect(response.status.message).toMatch(
      /^Refused by the Berth contract: .*Deploy or change the server through Berth/s,
    )
    expect(response.status.message).toMatch(why)
    scene.expectSilence(token, text)
  })

  test('refuses none, and tokens for another purpose', async () => {
    for (const token of [undefined, scene.ann.token, scene.ann.refreshToken]) {
      expect((await review(token)).response.allowed).toBe(false)
    }
  })

  test('admits the good contract', async () => {
    expect((await review(sign(scene.contract.signer, scene.contract.claims))).response).toEqual({
      uid: 'one',
      allowed: true,
    })
  })

  test('speaks to nobody without TLS', async () => {
    await expect(send(`${at.webhook.replace('https', 'http')}/validate`, { body: {} })).rejects.toThrow()
  })

  test("nobody asked the attacker's server, and no log has a token", () => scene.expectNoTrace())
})
