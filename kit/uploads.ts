import { field } from './graph.ts'

/** An upload as the graph answers it. */
export interface Upload {
  id: string
  partSizeBytes: number
  partCount: number
  uploadedParts: number[]
  version: { id: string; status: string }
}

/** A member of a result union. */
export interface Result {
  __typename: string
  message?: string
  field?: string
  missingParts?: number[]
  upload?: Upload
  parts?: { number: number; url: string }[]
  version?: { id: string; status: string }
}

export const uploadFields = 'id partSizeBytes partCount uploadedParts version { id status }'

export const beginUpload = (berth: string, token: string, input: Record<string, unknown>): Promise<Result> =>
  field(
    berth,
    `mutation ($input: BeginUploadInput!) { beginUpload(input: $input) {
      __typename ... on BeginUploadSuccess { upload { ${uploadFields} } } ... on Error { message }
      ... on InvalidInput { field } } }`,
    { input },
    token,
  )

export const signUploadParts = (
  berth: string,
  token: string,
  id: string,
  numbers: number[],
): Promise<Result> =>
  field(
    berth,
    `mutation ($id: ID!, $numbers: [Int!]!) { signUploadParts(id: $id, numbers: $numbers) {
      __typename ... on SignUploadPartsSuccess { parts { number url } } ... on Error { message } } }`,
    { id, numbers },
    token,
  )

export const completeUpload = (berth: string, token: string, id: string, sha256?: string): Promise<Result> =>
  field(
    berth,
    `mutation ($id: ID!, $sha256: String) { completeUpload(id: $id, sha256: $sha256) {
      __typename ... on CompleteUploadSuccess { version { id status } } ... on Error { message }
      ... on UploadIncomplete { missingParts } } }`,
    { id, sha256 },
    token,
  )

export const cancelUpload = (berth: string, token: string, id: string): Promise<Result> =>
  field(
    berth,
    'mutation ($id: ID!) { cancelUpload(id: $id) { __typename ... on Error { message } } }',
    { id },
    token,
  )

/** The bytes of a part, by its number from 1. */
export const partOf = (bytes: Buffer, { partSizeBytes }: Upload, number: number): Buffer =>
  bytes.subarray((number - 1) * partSizeBytes, number * partSizeBytes)

/** PUTs parts of a file to the object store. @returns the answers' statuses */
export async function sendParts(
  berth: string,
  token: string,
  upload: Upload,
  numbers: number[],
  bytes: Buffer,
): Promise<number[]> {
  const { parts = [] } = await signUploadParts(berth, token, upload.id, numbers)
  const put = async ({ number, url }: { number: number; url: string }) => {
    const response = await fetch(url, { method: 'PUT', body: partOf(bytes, upload, number) })
    await response.arrayBuffer()
    return response.status
  }
  return Promise.all(parts.map(put))
}
