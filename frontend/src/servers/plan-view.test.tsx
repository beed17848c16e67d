import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { PlanServerQuery } from '../generated/graphql.ts'
import { PlanView } from './plan-view.tsx'

afterEach(cleanup)

const plan: PlanServerQuery['planServer'] = {
  allowed: true,
  reasons: [],
  token: 'token',
  expiresAt: '2026-01-01T00:00:00.000Z',
  retrievalNeeded: true,
  memory: { modelBytes: 3_764_832, contextBytes: 200_000_000, totalBytes: 203_764_832 },
  quota: [{ resource: 'MEMORY', used: 0, limit: 2 ** 30, after: 2 ** 28 }],
}

test('an allowed plan says what it takes and what is left', () => {
  render(<PlanView plan={plan} />)
  expect(screen.getByRole('status').textContent).toBe('The contract allows this.')
  expect(screen.getByText('3.6 MiB')).toBeTruthy()
  expect(screen.getByText('will be retrieved first')).toBeTruthy()
  const row = within(screen.getByRole('table', { name: 'Quota' })).getByRole('row', { name: /Memory/ })
  expect(
    within(row)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['0 B', '256 MiB', '1.0 GiB'])
})

test('a refused plan says every reason, at once, to screen readers too', () => {
  const reasons = [
    { code: 'QUOTA_REPLICAS' as const, message: '99 replicas would pass the limit of 20.', field: null },
    { code: 'QUOTA_CPU' as const, message: '198 cores would pass the limit of 32.', field: null },
  ]
  render(<PlanView plan={{ ...plan, allowed: false, token: null, reasons, memory: null }} />)
  const alert = screen.getByRole('alert')
  expect(
    within(alert)
      .getAllByRole('listitem')
      .map((item) => item.textContent),
  ).toEqual(reasons.map(({ message }) => message))
  expect(screen.getAllByText('not known yet')).toHaveLength(3)
})
