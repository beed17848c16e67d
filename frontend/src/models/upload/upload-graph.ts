import type { Client, CombinedError } from '@urql/core'
import { graphql } from '../../generated/gql.ts'
import type { UploadFactsFragment } from '../../generated/graphql.ts'
import { failureText, isPassing } from '../../graph/failure.ts'
import type { UploadGraph } from './upload.ts'
import { UploadRefused } from './upload-errors.ts'

export const UploadFacts = graphql(`
  fragment UploadFacts on Upload {
    id
    fileName
    sizeBytes
    partSizeBytes
    partCount
    uploadedParts
    version { id tag model { id name shared } }
  }
`)

export const BeginUpload = graphql(`
  mutation BeginUpload($input: BeginUploadInput!) {
    beginUpload(input: $input) {
      __typename
      ... on BeginUploadSuccess { upload { ...UploadFacts } }
      ... on InvalidInput { message field }
      ... on Error { message }
    }
  }
`)

const SignUploadParts = graphql(`
  mutation SignUploadParts($id: ID!, $numbers: [Int!]!) {
    signUploadParts(id: $id, numbers: $numbers) {
      __typename
      ... on SignUploadPartsSuccess { parts { number url } }
      ... on Error { message }
    }
  }
`)

const CompleteUpload = graphql(`
  mutation CompleteUpload($id: ID!, $sha256: String) {
    completeUpload(id: $id, sha256: $sha256) {
      __typename
      ... on CompleteUploadSuccess { version { id status } }
      ... on UploadIncomplete { message missingParts }
      ... on Error { message }
    }
  }
`)

/** What the sending of a file asks of the graph. Beginning again goes on with the upload that is open. */
export function createUploadGraph(client: Client, upload: UploadFactsFragment): UploadGraph {
  const { fileName, sizeBytes, version } = upload
  const { name, shared } = version.model
  return {
    async begin() {
      const input = { name, tag: version.tag, shared, fileName, sizeBytes }
      const result = answerOf(await client.mutation(BeginUpload, { input })).beginUpload
      if ('upload' in result) return result.upload
      throw new UploadRefused(result.message)
    },
    async sign(id, numbers) {
      const variables = { id, numbers: [...numbers] }
      const result = answerOf(await client.mutation(SignUploadParts, variables)).signUploadParts
      if ('parts' in result) return result.parts
      throw new UploadRefused(result.message)
    },
    async complete(id, sha256) {
      const result = answerOf(await client.mutation(CompleteUpload, { id, sha256 })).completeUpload
      if ('version' in result) return []
      if ('missingParts' in result) return result.missingParts
      throw new UploadRefused(result.message)
    },
  }
}

/** @throws UploadRefused when asking again would not help; another error when it may */
function answerOf<Data>({
  data,
  error,
}: {
  data?: Data | undefined
  error?: CombinedError | undefined
}): Data {
  if (data && !error) return data
  if (error && !isPassing(error)) throw new UploadRefused(failureText(error))
  throw new Error(failureText(error))
}
