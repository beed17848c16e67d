import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { DropTarget } from './drop-target.tsx'

afterEach(cleanup)

const files = (...names: string[]) => ({
  dataTransfer: { types: ['Files'], files: names.map((name) => new File(['GGUF'], name)) },
})

test('it shows itself while files are over the page, and takes them', () => {
  const onDrop = vi.fn()
  render(<DropTarget onDrop={onDrop} />)
  expect(screen.queryByText('Drop a GGUF file to upload it')).toBeNull()
  fireEvent.dragEnter(document.body, files())
  fireEvent.dragEnter(document.body, files())
  fireEvent.dragLeave(document.body, files())
  expect(screen.getByText('Drop a GGUF file to upload it')).toBeTruthy()
  // Else the browser would open the file in place of the page.
  expect(fireEvent.dragOver(document.body, files())).toBe(false)
  expect(fireEvent.drop(document.body, files('a.gguf', 'b.gguf'))).toBe(false)
  expect(onDrop.mock.calls[0]?.[0].map(({ name }: File) => name)).toEqual(['a.gguf', 'b.gguf'])
  expect(screen.queryByText('Drop a GGUF file to upload it')).toBeNull()
})

test('a text that is dragged is left alone', () => {
  const onDrop = vi.fn()
  render(<DropTarget onDrop={onDrop} />)
  const text = { dataTransfer: { types: ['text/plain'], files: [] } }
  fireEvent.dragEnter(document.body, text)
  expect(screen.queryByText('Drop a GGUF file to upload it')).toBeNull()
  expect(fireEvent.drop(document.body, text)).toBe(true)
  expect(onDrop).not.toHaveBeenCalled()
})
