import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataFolder } from './data-folder.ts'
import { objectKeys, root } from './programs.ts'
import type { Ports } from './settings.ts'

/**
 * On the first start, puts the demo model into the upstream bucket and registers it in the shared catalogue, the way
 * that anybody would: by the graph, as the admin. Whoever deletes it does not get it back.
 */
export async function offerStoryteller(ports: Ports, folder: DataFolder): Promise<void> {
  const done = folder.file('storyteller-offered')
  if (existsSync(done)) return
  // Needed once only, and no start should wait for it.
  const { Client } = await import('minio')
  const store = new Client({
    endPoint: '127.0.0.1',
    port: ports.objects,
    useSSL: false,
    accessKey: objectKeys.upstream,
    secretKey: folder.secrets.upstreamSecretKey,
    region: 'us-east-1',
  })
  await store.fPutObject(
    'upstream',
    'storyteller/storyteller.gguf',
    join(root, 'infra/demo-model/storyteller.gguf'),
  )
  const gateway = `http://127.0.0.1:${ports.gateway}`
  const { access_token: token } = await post(`${gateway}/auth/token`, {
    grant_type: 'password',
    username: 'admin',
    password: folder.adminPassword,
  })
  const answer = await post(
    `${gateway}/graphql`,
    {
      query: `mutation Offer($input: RegisterModelInput!) {
        registerModel(input: $input) { __typename ... on Error { message } }
      }`,
      variables: {
        input: {
          name: 'storyteller',
          tag: 'v1',
          shared: true,
          source: { uri: 's3://upstream/storyteller/storyteller.gguf' },
          description:
            'Tells a short story about what you name. Trained for Berth from a corpus made for it.',
        },
      },
    },
    String(token),
  )
  if (JSON.stringify(answer.data ?? '').includes('"RegisterModelSuccess"')) writeFileSync(done, '')
  else throw new Error(`the demo model could not be registered: ${JSON.stringify(answer)}`)
}

async function post(url: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  })
  const answer: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`)
  return answer !== null && typeof answer === 'object' ? { ...answer } : {}
}
