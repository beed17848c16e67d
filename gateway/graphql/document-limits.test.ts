import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { documentLimits } from '@berth/platform/document-limits'
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql'
import { expect, test } from 'vitest'

const schema = buildSchema(
  readFileSync(fileURLToPath(import.meta.resolve('@berth/schema/generated/api.graphql')), 'utf8'),
)
const { maxTokens, rules } = documentLimits()

function problems(query: string): string[] {
  return validate(schema, parse(query, { maxTokens }), rules).map(({ message }) => message)
}

const server = `fragment S on Server {
  id name status message modelName replicas readyReplicas url createdAt startedAt updatedAt
  runtime { contextSize parallel threads gpuLayers batchSize } usage { memoryBytes maxMemoryBytes cpuCores }
  kubernetes { namespace deployment service pods { name ready restarts node phase message memoryBytes cpuCores } }
  model { id name description latest { id tag status } }
  modelVersion { id tag status model { name } source { uri sha256 sizeBytes } file { path sizeBytes sha256 }
    metadata { architecture quantization parameterCount contextLength blockCount embeddingLength headCount headCountKv }
    retrieval { id status bytesReceived bytesTotal error steps { name status attempts error startedAt finishedAt } } }
}`

test('what the interface and a full introspection ask for is within the limits', () => {
  const full = getIntrospectionQuery({
    inputValueDeprecation: true,
    schemaDescription: true,
    specifiedByUrl: true,
  })
  expect(problems(full)).toEqual([])
  expect(
    problems(`subscription { serversChanged { cursor type serverId server { ...S } } } ${server}`),
  ).toEqual([])
  expect(
    problems(
      `{ servers(first: 100) { edges { cursor node { ...S } } pageInfo { endCursor hasNextPage } } } ${server}`,
    ),
  ).toEqual([])
  expect(
    problems(
      `{ models { edges { node { id name versions { id tag status retrieval { steps { name } } } } } } }`,
    ),
  ).toEqual([])
})

test('a document that goes round and round is refused', () => {
  const deep = `{ models { edges { node { ${'latest { model { '.repeat(6)} id ${'} }'.repeat(6)} } } } }`
  expect(problems(deep)).not.toEqual([])
})

test('a document with too many aliases is refused, and one that is too long is not read', () => {
  const many = Array.from({ length: 40 }, (_, index) => `a${index}: me { id }`).join(' ')
  expect(problems(`{ ${many} }`)).not.toEqual([])
  expect(() => problems(`{ ${'me { id } '.repeat(1_000)} }`)).toThrow('1000 tokens')
})
