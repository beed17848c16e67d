import { cleanup, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { showDialogs } from '../../design/show-dialogs.ts'
import { type Answers, graphStandIn, renderPage } from '../../graph/stand-in.tsx'
import { me, retrieval, step, version } from '../samples.ts'
import { VersionPage } from './version-page.tsx'

beforeAll(showDialogs)
afterEach(cleanup)

const metadata = {
  __typename: 'ModelMetadata',
  architecture: 'llama',
  quantization: 'Q8_0',
  parameterCount: 3_480_000,
  contextLength: 1024,
  blockCount: 4,
  embeddingLength: 256,
  headCount: 8,
  headCountKv: 4,
  chatTemplate: '{{ messages }}',
  tokenizer: 'gpt2',
  vocabularySize: 2048,
  license: 'apache-2.0',
  tensorCount: 38,
}
const server = { __typename: 'Server', id: 's1', name: 'evening', status: 'READY' }

const detail = (changed: Record<string, unknown> = {}) => ({
  ...version({ retrieval: retrieval({ status: 'SUCCEEDED', steps: [step({ status: 'SUCCEEDED' })] }) }),
  source: { __typename: 'ModelSource', uri: 's3://bucket/story.gguf', sizeBytes: 4096, sha256: null },
  file: {
    __typename: 'ModelFile',
    path: `sha256/${'a'.repeat(64)}.gguf`,
    sizeBytes: 4096,
    sha256: 'a'.repeat(64),
  },
  metadata,
  model: { __typename: 'Model', id: 'm1', name: 'teller', description: 'Tells.', shared: false },
  servers: [server],
  createdAt: '2026-01-01T11:00:00.000Z',
  ...changed,
})

function show(answers: Answers) {
  const graph = graphStandIn({ me: () => me(), version: () => ({ modelVersion: detail() }), ...answers })
  renderPage(<VersionPage />, graph, '/models/versions/v1', '/models/versions/:id')
  return graph
}

const shownAt = (name: string) => screen.getByText(name).nextSibling?.textContent

test('it shows what the header says, the file, and the servers that run it', async () => {
  show({})
  expect(await screen.findByRole('heading', { level: 1, name: /teller : latest\s*Ready/ })).toBeTruthy()
  expect(document.title).toBe('teller : latest · Berth')
  expect(shownAt('Parameters')).toBe('3.48M')
  expect(shownAt('Vocabulary')).toBe('2,048 tokens')
  expect(shownAt('Licence')).toBe('apache-2.0')
  expect(screen.getByText('{{ messages }}').closest('details')?.open).toBe(false)
  expect(screen.getByRole('button', { name: 'Copy SHA-256' })).toBeTruthy()
  expect(screen.getByRole('link', { name: 'evening' }).getAttribute('href')).toBe('/servers/s1')
  expect(screen.getByRole('link', { name: 'Deploy' }).getAttribute('href')).toBe(
    '/servers/new?model=teller&version=v1',
  )
})

test('what nobody can tell is said, and nothing else is lost by it', async () => {
  show({ version: () => ({ modelVersion: detail({ servers: null, metadata: null, file: null }) }) })
  expect(await screen.findByText('Which servers run it cannot be told now.')).toBeTruthy()
  expect(shownAt('Path in the store')).toBe('not there yet')
})

test('one that does not exist says so', async () => {
  show({ version: () => ({ modelVersion: null }) })
  expect(await screen.findByRole('heading', { level: 1, name: 'There is no such version' })).toBeTruthy()
  expect(document.title).toBe('There is no such version · Berth')
})

test('a deletion names the servers that hold it; refused, it says so and the page stays', async () => {
  const message = 'teller:latest is used by evening; end that first.'
  show({ deleteModelVersion: () => ({ deleteModelVersion: { __typename: 'VersionInUse', message } }) })
  await userEvent.click(await screen.findByRole('button', { name: 'Delete' }))
  const dialog = screen.getByRole('dialog', { name: 'Delete teller:latest?' })
  expect(within(dialog).getByText('evening runs it: delete that server first.')).toBeTruthy()
  await userEvent.click(within(dialog).getByRole('button', { name: 'Delete' }))
  expect((await within(dialog).findByRole('alert')).textContent).toBe(message)
})

test('deleted, one is at the models again', async () => {
  show({
    deleteModelVersion: () => ({
      deleteModelVersion: {
        __typename: 'DeleteModelVersionSuccess',
        version: { __typename: 'ModelVersion', id: 'v1' },
      },
    }),
  })
  await userEvent.click(await screen.findByRole('button', { name: 'Delete' }))
  await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }))
  expect(await screen.findByText('At /models')).toBeTruthy()
})

test('a tag that breaks a rule is told at its field', async () => {
  const message = 'A tag has 1 to 63 lower-case letters, digits, dots and hyphens.'
  show({ retagModelVersion: () => ({ retagModelVersion: { __typename: 'InvalidInput', message } }) })
  await userEvent.click(await screen.findByRole('button', { name: 'Retag' }))
  const dialog = screen.getByRole('dialog', { name: 'Give it another tag' })
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect(await within(dialog).findByText(message)).toBeTruthy()
  expect(within(dialog).getByLabelText('Tag').getAttribute('aria-invalid')).toBe('true')
})

test('another tenant’s hands are off what is shared, unless they are an admin’s', async () => {
  show({ version: () => ({ modelVersion: detail({ model: { ...detail().model, shared: true } }) }) })
  await screen.findByText('Shared')
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Retag' })).toBeNull()
})
