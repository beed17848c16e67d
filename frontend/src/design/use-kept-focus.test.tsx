import { cleanup, render, screen } from '@testing-library/react'
import { useRef } from 'react'
import { afterEach, expect, test } from 'vitest'
import { useKeptFocus } from './use-kept-focus.ts'

afterEach(cleanup)

function Part({ has }: { has: readonly string[] }) {
  const part = useRef<HTMLDivElement>(null)
  useKeptFocus(part)
  return (
    <>
      <div ref={part}>
        <input type="file" hidden />
        <a href="/somewhere">First</a>
        {has.map((name) => (
          <button key={name} type="button">
            {name}
          </button>
        ))}
      </div>
      <button type="button">Outside</button>
    </>
  )
}

test('where the control with the focus goes away, the part keeps the focus', () => {
  const { rerender } = render(<Part has={['Delete', 'Other']} />)
  screen.getByText('Delete').focus()
  rerender(<Part has={['Other']} />)
  expect(document.activeElement).toBe(screen.getByText('First'))
})

test('whoever went elsewhere is left there', () => {
  const { rerender } = render(<Part has={['Delete']} />)
  screen.getByText('Delete').focus()
  screen.getByText('Outside').focus()
  rerender(<Part has={[]} />)
  expect(document.activeElement).toBe(screen.getByText('Outside'))
})

test('nothing is taken from a page on which nobody did anything', () => {
  const { rerender } = render(<Part has={['Delete']} />)
  rerender(<Part has={[]} />)
  expect(document.activeElement).toBe(document.body)
})
