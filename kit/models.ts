import { until } from './condition.ts'
import { field } from './graph.ts'

export interface Registered {
  id: string
  model: { id: string }
  /** The size is null where the source did not tell it in time. */
  source: { sizeBytes: number | null }
}

/** Registers a model. @returns its version @throws with the answer when it is not a success */
export async function registerModel(
  berth: string,
  token: string,
  input: Record<string, unknown>,
): Promise<Registered> {
  const result = await field<{ version?: Registered }>(
    berth,
    `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
      __typename ... on RegisterModelSuccess { version { id model { id } source { sizeBytes } } } ... on Error { message } } }`,
    { input },
    token,
  )
  if (!result.version) throw new Error(`The model was not registered: ${JSON.stringify(result)}`)
  return result.version
}

/** Registers a model whose size is known then: the same registration again looks at the source once more. */
export const registerSized = (
  berth: string,
  token: string,
  input: Record<string, unknown>,
): Promise<Registered> =>
  until('the size of the source is known', async () => {
    const version = await registerModel(berth, token, input)
    return version.source.sizeBytes !== null && version
  })
