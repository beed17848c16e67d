import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

export interface Counts {
  passed: number
  failed: number
  /** Whether the run was good: nothing failed, and nothing broke outside a test either. */
  ok: boolean
  /** The files that have something to do with it when it was not, from the root. */
  failedFiles: string[]
}

/**
 * Runs Vitest projects, by the names in vitest.config.ts, and counts their tests.
 * @param beside whether another run has the terminal: what this one says is then told at its end
 */
export async function runTests(
  projects: string[],
  { filters = [], beside = false }: { filters?: string[]; beside?: boolean } = {},
): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-results-'))
  const file = join(folder, 'results.json')
  try {
    const child = spawn(
      join(root, 'node_modules/.bin/vitest'),
      [
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...filters,
      ],
      { cwd: root, stdio: beside ? ['ignore', 'pipe', 'pipe'] : 'inherit' },
    )
    const said: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk))
    const [status] = await once(child, 'close')
    process.stdout.write(Buffer.concat(said))
    return { ...countsIn(file), ok: status === 0 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Of Vitest's JSON report what is read here. */
interface Results {
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; status: string }[]
}

function countsIn(file: string): Omit<Counts, 'ok'> {
  try {
    const { numPassedTests, numFailedTests, testResults }: Results = JSON.parse(readFileSync(file, 'utf8'))
    const failedFiles = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      failedFiles: failedFiles.map((name) => relative(root, name)),
    }
  } catch {
    return { passed: 0, failed: 1, failedFiles: [] }
  }
}
