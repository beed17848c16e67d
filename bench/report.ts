import type { Machine } from './machine.ts'

/** A cell: text to the left, numbers to the right. */
export type Cell = string | number | undefined

export interface Table {
  columns: string[]
  rows: Cell[][]
}

/** What a measurement found. */
export interface Result {
  name: string
  title: string
  table: Table
  /** Sentences below the table. */
  notes: string[]
  /** How much was found to be wrong. */
  faults?: number
  /** Everything that was measured, for whoever counts again. */
  samples: unknown
}

export function renderMachine({ cores, processor, memoryGiB, system, node }: Machine, load: number): string {
  return `${cores} cores of ${processor}, ${memoryGiB} GiB; ${system}; Node ${node}; load ${load} at the start`
}

export function renderResult({ title, table, notes }: Result): string {
  return [`\n${title}`, '', renderTable(table), ...notes.map((note) => `  ${note}`)].join('\n')
}

export function renderTable({ columns, rows }: Table): string {
  const isNumber = columns.map((_, index) => rows.every((row) => typeof row[index] !== 'string'))
  const lines = [columns, ...rows.map((row) => columns.map((_, index) => text(row[index])))]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)))
  const pad = (cell: string, index: number) =>
    isNumber[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)
  return lines.map((line) => `  ${line.map(pad).join('  ')}`.trimEnd()).join('\n')
}

/** Three digits that count: more would be noise. */
function text(cell: Cell): string {
  if (cell === undefined) return '-'
  if (typeof cell === 'string') return cell
  if (Number.isInteger(cell) || Math.abs(cell) >= 100) return cell.toFixed(0)
  return cell.toFixed(Math.abs(cell) >= 10 ? 1 : 2)
}
