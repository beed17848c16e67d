import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

export interface Counts {
  passed: number
  failed: number
  /** Whether the run was good: nothing failed, and nothing broke outside a test either. */
  ok: boolean
}

/** Runs Vitest projects, by the names in vitest.config.ts, and counts their tests. */
export function runTests(projects: string[], filters: string[] = []): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'berth-results-'))
  const file = join(folder, 'results.json')
  try {
    const { status } = spawnSync(
      join(root, 'node_modules/.bin/vitest'),
      [
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...filters,
      ],
      { cwd: root, stdio: 'inherit' },
    )
    return { ...countsIn(file), ok: status === 0 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function countsIn(file: string): { passed: number; failed: number } {
  try {
    const results: { numPassedTests?: number; numFailedTests?: number } = JSON.parse(
      readFileSync(file, 'utf8'),
    )
    return { passed: results.numPassedTests ?? 0, failed: results.numFailedTests ?? 0 }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
