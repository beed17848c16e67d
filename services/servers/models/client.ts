import { type ServiceTokens, TokenError } from '@berth/platform/tokens'
import { Pool } from 'undici'
import { z } from 'zod'
import { factsOf, modelShape, newestOf, storageShape, versionFields } from './answer.ts'
import type { ModelFacts } from './facts.ts'

/** The models service cannot be asked now; the same call may work later. */
export class ModelsUnavailable extends Error {
  override name = 'ModelsUnavailable'
}

export type Retrieve =
  | { kind: 'begun' | 'gone' }
  /** Such as for want of storage; the message is for people. */
  | { kind: 'refused'; message: string }

/** The models service, for one tenant at a time. */
export interface Models {
  /** A version of a model by the model's name: the newest that is there unless one is named. Null when the tenant has none such. */
  find(tenantId: string, model: string, versionId?: string | null): Promise<ModelFacts | null>
  /** A version of a model by their ids; null when it is gone. */
  get(tenantId: string, modelId: string, versionId: string): Promise<ModelFacts | null>
  /** Starts the retrieval, or joins the one that runs. */
  retrieve(tenantId: string, versionId: string): Promise<Retrieve>
  close(): Promise<void>
}

const byName = `query ServersFindModel($name: String!) {
  model(name: $name) { id name shared versions { ${versionFields} } }
  modelStorage { usedBytes reservedBytes limitBytes fileLimitBytes }
}`
const byId = `query ServersGetModel($id: ID!) {
  model(id: $id) { id name versions { ${versionFields} } }
}`
const retrieval = `mutation ServersRetrieve($versionId: ID!) {
  retrieveModel(versionId: $versionId) {
    __typename
    ... on Error { message }
  }
}`

const found = z.object({ model: modelShape.nullable() })
const foundByName = z.object({
  model: modelShape.extend({ shared: z.boolean() }).nullable(),
  modelStorage: storageShape,
})
const retrieved = z.object({
  retrieveModel: z.object({ __typename: z.string(), message: z.string().optional() }),
})

/** Asks the models subgraph by GraphQL over HTTP, with this service's own token narrowed to the tenant. */
export function createModels(options: { url: string; tokens: ServiceTokens }): Models {
  const { url, tokens } = options
  const { origin, pathname } = new URL(`${url}/graphql`)
  const pool = new Pool(origin, {
    connections: 16,
    connectTimeout: 3_000,
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  })

  async function ask<Data>(
    tenantId: string,
    query: string,
    variables: Record<string, string>,
    shape: z.ZodType<Data>,
  ): Promise<Data> {
    const token = await tokens
      .get({ audience: 'berth-models', scope: 'models:read models:write', tenant: tenantId })
      .catch((error: unknown) => {
        const why = error instanceof TokenError ? error.message : 'the auth service gave no token'
        throw new ModelsUnavailable(`The models service cannot be asked: ${why}`, { cause: error })
      })
    const answer = await post(token, { query, variables })
    const parsed = z.object({ data: z.unknown() }).safeParse(answer)
    const data = shape.safeParse(parsed.data?.data)
    if (data.success) return data.data
    const errors = z.object({ errors: z.array(z.object({ message: z.string() })) }).safeParse(answer)
    const why = errors.success ? errors.data.errors[0]?.message : 'its answer has another shape than expected'
    throw new ModelsUnavailable(`The models service did not answer: ${why}`)
  }

  async function post(token: string, body: object): Promise<unknown> {
    try {
      const response = await pool.request({
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      })
      if (response.statusCode === 401) tokens.refused(token)
      return await response.body.json()
    } catch (error) {
      throw new ModelsUnavailable('The models service cannot be reached.', { cause: error })
    }
  }

  return {
    async find(tenantId, name, versionId) {
      const { model, modelStorage } = await ask(tenantId, byName, { name }, foundByName)
      const versions = model?.versions ?? []
      const version =
        versionId != null ? versions.find(({ id }) => id === versionId.toLowerCase()) : newestOf(versions)
      // What is in the shared catalogue is stored at nobody's cost.
      return model && version ? factsOf(model, version, model.shared ? null : modelStorage) : null
    },
    async get(tenantId, modelId, versionId) {
      const { model } = await ask(tenantId, byId, { id: modelId }, found)
      const version = model?.versions.find(({ id }) => id === versionId)
      return model && version ? factsOf(model, version) : null
    },
    async retrieve(tenantId, versionId) {
      const { retrieveModel } = await ask(tenantId, retrieval, { versionId }, retrieved)
      const { __typename: kind, message } = retrieveModel
      if (kind === 'VersionNotFound') return { kind: 'gone' }
      return message === undefined ? { kind: 'begun' } : { kind: 'refused', message }
    },
    close: () => pool.close(),
  }
}
