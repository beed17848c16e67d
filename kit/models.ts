import { field } from './graph.ts'

/** Registers a model. @returns its version @throws with the answer when it is not a success */
export async function registerModel(
  berth: string,
  token: string,
  input: Record<string, unknown>,
): Promise<{ id: string; model: { id: string } }> {
  const result = await field<{ version?: { id: string; model: { id: string } } }>(
    berth,
    `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
      __typename ... on RegisterModelSuccess { version { id model { id } } } ... on Error { message } } }`,
    { input },
    token,
  )
  if (!result.version) throw new Error(`The model was not registered: ${JSON.stringify(result)}`)
  return result.version
}
