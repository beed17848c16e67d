import type { Options } from './arguments.ts'
import { type Ask, type Persist, Refused } from './graph.ts'
import type { OpenUpload } from './send.ts'

/** A version as an upload meets it. */
export interface Found {
  id: string
  status: string
  source: { uri: string; sizeBytes: number | null }
  file: { sha256: string } | null
}

export type Begun =
  | { kind: 'open'; upload: OpenUpload; versionId: string }
  /** The version is there already, or comes from elsewhere. */
  | { kind: 'taken'; version: Found; message: string }

/** What an upload asks of the graph. @throws Refused, Away */
export interface Operations {
  /** The same file again goes on with what the store has of it. */
  begin(sizeBytes: number): Promise<Begun>
  /** An address for one part. Asked once: whoever sends the part asks again. */
  sign(id: string, number: number): Promise<string>
  /** @returns the parts that are missing */
  complete(id: string, sha256: string): Promise<number[]>
}

interface Result {
  message?: string
  upload?: OpenUpload & { version: { id: string } }
  version?: Found
  parts?: { url: string }[]
  missingParts?: number[]
}

const beginUpload = `mutation ($input: BeginUploadInput!) { result: beginUpload(input: $input) {
  ... on Error { message }
  ... on BeginUploadSuccess { upload { id partSizeBytes partCount uploadedParts version { id } } }
  ... on VersionTaken { version { id status source { uri sizeBytes } file { sha256 } } } } }`
const signUploadParts = `mutation ($id: ID!, $numbers: [Int!]!) { result: signUploadParts(id: $id, numbers: $numbers) {
  ... on Error { message } ... on SignUploadPartsSuccess { parts { url } } } }`
const completeUpload = `mutation ($id: ID!, $sha256: String) { result: completeUpload(id: $id, sha256: $sha256) {
  ... on Error { message } ... on UploadIncomplete { missingParts } } }`

export function createOperations(
  options: Pick<Options, 'name' | 'tag' | 'description' | 'shared' | 'fileName'>,
  { ask, persist, signal }: { ask: Ask; persist: Persist; signal: AbortSignal },
): Operations {
  const { name, tag, description, shared, fileName } = options
  const resultOf = async (query: string, variables: Record<string, unknown>): Promise<Result> =>
    (await ask<{ result: Result }>(query, variables, signal)).result
  return {
    async begin(sizeBytes) {
      const input = { name, tag, description, shared, fileName, sizeBytes }
      const { upload, version, message = '' } = await persist(() => resultOf(beginUpload, { input }))
      if (upload) return { kind: 'open', upload, versionId: upload.version.id }
      if (version) return { kind: 'taken', version, message }
      throw new Refused(message)
    },
    async sign(id, number) {
      const { parts, message = 'The part was not signed.' } = await resultOf(signUploadParts, {
        id,
        numbers: [number],
      })
      const url = parts?.[0]?.url
      if (url === undefined) throw new Refused(message)
      return url
    },
    async complete(id, sha256) {
      const { missingParts, message } = await persist(() => resultOf(completeUpload, { id, sha256 }))
      if (missingParts) return missingParts
      if (message !== undefined) throw new Refused(message)
      return []
    },
  }
}
