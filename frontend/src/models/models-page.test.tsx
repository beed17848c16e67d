import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { showDialogs } from '../design/show-dialogs.ts'
import { type Answers, graphStandIn, renderPage } from '../graph/stand-in.tsx'
import { ModelsPage } from './models-page.tsx'
import { me, model, page, retrieval, storage, upload, version } from './samples.ts'
import { UploadsProvider } from './upload/uploads-context.tsx'

beforeAll(showDialogs)
afterEach(cleanup)

function show(answers: Answers, at = '/models') {
  const graph = graphStandIn({
    me: () => me(),
    modelStorage: () => storage,
    uploads: () => ({ uploads: [] }),
    models: () => page([]),
    ...answers,
  })
  renderPage(
    <UploadsProvider>
      <ModelsPage />
    </UploadsProvider>,
    graph,
    at,
  )
  return graph
}

const away = () => {
  throw new Error('away')
}

const cards = () => screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent?.trim())

test('where there is nothing, it says how a first model comes in', async () => {
  show({})
  expect(await screen.findByRole('heading', { name: 'No models yet' })).toBeTruthy()
  expect(screen.getAllByRole('button', { name: 'Register a model' })).toHaveLength(2)
  expect(screen.getAllByRole('button', { name: 'Upload a file' })).toHaveLength(2)
})

test('a search is asked once one pauses, and stands in the address', async () => {
  const graph = show({
    models: ({ search }) => page(search === 'fox' ? [model({ name: 'fox' })] : [model()]),
  })
  await screen.findByRole('heading', { name: 'teller' })
  const field = screen.getByLabelText('Search')
  // In one turn: no time passes between the keys.
  for (const value of ['f', 'fo', 'fox']) fireEvent.change(field, { target: { value } })
  await screen.findByRole('heading', { name: 'fox' })
  const searches = graph.asked
    .filter(({ name }) => name === 'models')
    .map(({ variables }) => variables.search)
  expect(searches).toEqual([null, 'fox'])
  expect(screen.getByText('1 model found')).toBeTruthy()
})

test('the search of the address is asked at once; what is not found is said', async () => {
  show({ models: ({ search }) => page(search === 'fox' ? [] : [model()]) }, '/models?search=fox')
  expect(await screen.findByText(/No model has “fox”/)).toBeTruthy()
})

test('more is shown by the cursor, and the focus goes on to it', async () => {
  const graph = show({
    models: ({ after }) =>
      after === 'c1' ? page([model({ id: 'm2', name: 'second' })]) : page([model()], 'c1'),
  })
  await userEvent.click(await screen.findByRole('button', { name: 'Show more' }))
  await screen.findByRole('heading', { name: 'second' })
  expect(cards()).toEqual(['teller', 'second'])
  const more = screen.getByRole('list', { name: 'More models' })
  await waitFor(() => expect(document.activeElement).toBe(more))
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull()
  expect(graph.asked.filter(({ name }) => name === 'models')).toHaveLength(2)
})

test('an outage takes nothing from the page, and what is there afterwards comes by itself', async () => {
  let answer: () => unknown = () => page([model()])
  show({ models: () => answer() })
  await screen.findByRole('heading', { name: 'teller' })
  const comeBack = () => act(async () => void document.dispatchEvent(new Event('visibilitychange')))
  answer = away
  await comeBack()
  expect(screen.getByRole('heading', { name: 'teller' })).toBeTruthy()
  answer = () => page([model({ name: 'whale' })])
  await comeBack()
  expect(await screen.findByRole('heading', { name: 'whale' })).toBeTruthy()
})

test('a card is live while its version is retrieved, and asked for again at the end', async () => {
  let status: 'RETRIEVING' | 'READY' = 'RETRIEVING'
  const graph = show({
    models: () =>
      page([model({ versions: [version({ status, retrieval: status === 'READY' ? null : retrieval() })] })]),
  })
  await screen.findByText('1.0 KiB of 4.0 KiB (25 %)')
  await graph.emit('retrieval', { retrieval: retrieval({ bytesReceived: 2048 }) })
  expect(await screen.findByText(/^2\.0 KiB of 4\.0 KiB \(50 %\)/)).toBeTruthy()
  status = 'READY'
  await graph.emit('retrieval', { retrieval: retrieval({ status: 'SUCCEEDED', bytesReceived: 4096 }) })
  expect(await screen.findByText('Ready')).toBeTruthy()
  expect(screen.getByText('teller:latest: Ready').getAttribute('role')).toBe('status')
  expect(screen.queryByRole('progressbar')).toBeNull()
})

test('a retrieval is cancelled after a question, and the button that asked keeps the focus', async () => {
  let status: 'RETRIEVING' | 'REGISTERED' = 'RETRIEVING'
  const now = () =>
    version({ status, retrieval: retrieval({ status: status === 'REGISTERED' ? 'CANCELLED' : 'RUNNING' }) })
  const graph = show({
    models: () => page([model({ versions: [now()] })]),
    cancelRetrieval: () => {
      status = 'REGISTERED'
      return { cancelRetrieval: { __typename: 'CancelRetrievalSuccess', version: now() } }
    },
  })
  const button = await screen.findByRole('button', { name: 'Cancel teller:latest' })
  await userEvent.click(button)
  const dialog = screen.getByRole('dialog', { name: 'Cancel the retrieval of teller:latest?' })
  expect(within(dialog).getByText(/1\.0 KiB that came so far/)).toBeTruthy()
  button.focus()
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel the retrieval' }))
  expect((await screen.findByText('Cancelled')).tagName).toBe('SPAN')
  expect(screen.getByRole('button', { name: 'Retry teller:latest' })).toBe(button)
  expect(graph.asked.find(({ name }) => name === 'cancelRetrieval')?.variables).toEqual({ versionId: 'v1' })
})

test('a name that is taken is told in the dialog, and nothing typed is lost; the card has the new name', async () => {
  let name = 'teller'
  show({
    models: () => page([model({ name })]),
    updateModel: ({ input }) => {
      const wanted = (input as { name: string }).name
      if (wanted === 'fox') {
        return { updateModel: { __typename: 'ModelNameTaken', message: 'fox is taken; choose another.' } }
      }
      name = wanted
      return { updateModel: { __typename: 'UpdateModelSuccess', model: model({ name }) } }
    },
  })
  await userEvent.click(await screen.findByRole('button', { name: 'Edit teller' }))
  const dialog = screen.getByRole('dialog', { name: 'Edit teller' })
  const field = within(dialog).getByLabelText<HTMLInputElement>('Name')
  await userEvent.clear(field)
  await userEvent.type(field, 'fox')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect((await within(dialog).findByRole('alert')).textContent).toBe('fox is taken; choose another.')
  expect(field.value).toBe('fox')
  await userEvent.type(field, '-tales')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect(await screen.findByRole('heading', { name: 'fox-tales' })).toBeTruthy()
  expect(dialog.hasAttribute('open')).toBe(false)
})

test('what is shared is marked, and edited by admins alone', async () => {
  show({ models: () => page([model({ shared: true })]) })
  expect(await screen.findByText('Shared')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Edit teller' })).toBeNull()
  cleanup()
  show({ me: () => me('ADMIN'), models: () => page([model({ shared: true })]) })
  await userEvent.click(await screen.findByRole('button', { name: 'Edit teller' }))
  const dialog = screen.getByRole('dialog', { name: 'Edit teller' })
  expect(within(dialog).getByLabelText<HTMLInputElement>('Shared with every tenant').checked).toBe(true)
})

test('an open upload waits for its file, and says when another is chosen', async () => {
  show({ uploads: () => ({ uploads: [upload()] }) })
  const panel = await screen.findByRole('region', { name: 'Uploads' })
  expect(within(panel).getByText(/Choose story\.gguf again/)).toBeTruthy()
  expect(within(panel).getByText(/^6 B of 10 B \(60 %\)/)).toBeTruthy()
  const chooser = panel.querySelector<HTMLInputElement>('input[type=file]')
  if (!chooser) throw new Error('There is no field for the file.')
  await userEvent.upload(chooser, new File(['GGUF'], 'other.gguf'))
  expect(within(panel).getByRole('alert').textContent).toBe('This is other.gguf; choose story.gguf.')
  await userEvent.upload(chooser, new File(['GGUF'], 'story.gguf'))
  expect(within(panel).getByRole('alert').textContent).toContain('it is another file')
})

test('its file goes on with it, from wherever it is chosen; paused, it rests', async () => {
  const begun = vi.fn(() => ({ beginUpload: { __typename: 'BeginUploadSuccess', upload: upload() } }))
  show({ uploads: () => ({ uploads: [upload()] }), beginUpload: begun, signUploadParts: away })
  const panel = await screen.findByRole('region', { name: 'Uploads' })
  const [anyFile] = document.querySelectorAll<HTMLInputElement>('input[type=file]')
  if (!anyFile) throw new Error('There is no field for files.')
  await userEvent.upload(anyFile, new File(['GGUF567890'], 'story.gguf'))
  await within(panel).findByText(/it is tried again by itself/)
  await userEvent.click(await within(panel).findByRole('button', { name: 'Pause for story:latest' }))
  expect(begun).toHaveBeenCalledWith({
    input: { name: 'story', tag: 'latest', shared: false, fileName: 'story.gguf', sizeBytes: 10 },
  })
  await within(panel).findByText('Paused')
  expect(within(panel).getByRole('button', { name: 'Go on for story:latest' })).toBeTruthy()
})

test('a new file is named after itself; what is no model is not sent', async () => {
  const graph = show({
    beginUpload: () => ({ beginUpload: { __typename: 'InvalidInput', message: 'Too long.', field: 'tag' } }),
  })
  await screen.findByRole('heading', { name: 'No models yet' })
  const [chooser] = document.querySelectorAll<HTMLInputElement>('input[type=file]')
  if (!chooser) throw new Error('There is no field for files.')
  await userEvent.upload(chooser, new File(['<html>'], 'Page.gguf'))
  const dialog = () => screen.getByRole('dialog', { name: 'Upload a file' })
  await userEvent.click(within(dialog()).getByRole('button', { name: 'Upload' }))
  expect((await within(dialog()).findByRole('alert')).textContent).toContain('Page.gguf is no GGUF file')
  await userEvent.click(within(dialog()).getByRole('button', { name: 'Cancel' }))
  await userEvent.upload(chooser, new File(['GGUF'], 'Fox-Q8_0.gguf'))
  expect(within(dialog()).getByLabelText<HTMLInputElement>('Name').value).toBe('fox')
  expect(within(dialog()).getByLabelText<HTMLInputElement>('Tag').value).toBe('q8-0')
  await userEvent.click(within(dialog()).getByRole('button', { name: 'Upload' }))
  await waitFor(() =>
    expect(within(dialog()).getByLabelText('Tag').getAttribute('aria-invalid')).toBe('true'),
  )
  expect(graph.asked.filter(({ name }) => name === 'beginUpload')).toHaveLength(1)
})
