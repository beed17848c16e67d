import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const folders = ['schema/generated', 'frontend/src/generated']

function contents(): Map<string, string> {
  return new Map(
    folders.flatMap((folder) =>
      readdirSync(join(root, folder)).map((name): [string, string] => {
        const file = join(folder, name)
        return [file, readFileSync(join(root, file), 'utf8')]
      }),
    ),
  )
}

/** Makes the generated files again, and says whether the committed ones were the same. */
export function freshness(): boolean {
  const before = contents()
  const made = spawnSync(process.execPath, [join(root, 'infra/generate.ts')], { cwd: root, stdio: 'inherit' })
  if (made.status !== 0) return false
  const after = contents()
  const stale = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  )
  for (const file of stale) process.stderr.write(`${file} was stale; it is made now, so commit it\n`)
  return stale.length === 0
}
