import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Container, Pod, Volume } from '../objects.ts'
import { dataOf, type Lookups } from './sources.ts'

/** The files of a volume; undefined for an emptyDir, which belongs to the pod. */
function filesOf({ emptyDir, secret, name }: Volume, lookups: Lookups): Map<string, Buffer> | undefined {
  if (emptyDir) return undefined
  if (!secret || secret.items)
    throw new Error(`volume ${name} is neither an emptyDir nor a whole secret: not modelled (LIMITS.md)`)
  const { secretName = '', optional } = secret
  const object = lookups.secret(secretName)
  if (!object && !optional) throw new Error(`secret "${secretName}" not found`)
  return object ? dataOf(object) : new Map()
}

/** Swaps all files at once, the way the kubelet does: a new folder, then one rename of the link `..data`. */
function writeAtomically(folder: string, files: Map<string, Buffer>): void {
  const data = join(folder, '..data')
  const old = existsSync(data) ? readdirSync(data) : undefined
  const isSame = ([name, value]: [string, Buffer]): boolean =>
    existsSync(join(data, name)) && readFileSync(join(data, name)).equals(value)
  if (old?.length === files.size && [...files].every(isSame)) return
  const version = `..${Date.now()}_${Math.random().toString(36).slice(2, 8)}`
  mkdirSync(join(folder, version))
  for (const [name, value] of files) writeFileSync(join(folder, version, name), value, { mode: 0o600 })
  symlinkSync(version, join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), data)
  for (const name of readdirSync(folder))
    if (name !== '..data' && name !== version && !files.has(name))
      rmSync(join(folder, name), { recursive: true, force: true })
  for (const name of files.keys())
    if (!existsSync(join(folder, name))) symlinkSync(join('..data', name), join(folder, name))
}

export const volumeFolder = (podFolder: string, name: string): string => join(podFolder, 'volumes', name)

/** Makes or refreshes a pod's volumes; throws what a FailedMount event says. */
export function mountVolumes(pod: Pod, podFolder: string, lookups: Lookups): void {
  for (const volume of pod.spec.volumes ?? []) {
    const folder = volumeFolder(podFolder, volume.name)
    mkdirSync(folder, { recursive: true })
    try {
      const files = filesOf(volume, lookups)
      if (files) writeAtomically(folder, files)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new Error(`MountVolume.SetUp failed for volume "${volume.name}" : ${why}`)
    }
  }
}

/** From paths in the container to real ones: processes have no mount namespace. Longest path first. */
export function mountsOf(container: Container, podFolder: string, termination: string): [string, string][] {
  const mounts = (container.volumeMounts ?? []).map((mount): [string, string] => [
    mount.mountPath.replace(/\/+$/, ''),
    volumeFolder(podFolder, mount.name),
  ])
  mounts.push([container.terminationMessagePath ?? '/dev/termination-log', termination])
  return mounts.sort(([a], [b]) => b.length - a.length)
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Replaces mount paths where a path starts: at the beginning, or after `=`, `:`, `,`, white space or a quote. */
export function rewritePaths(text: string, mounts: [string, string][]): string {
  if (mounts.length === 0) return text
  const targets = new Map(mounts)
  const pattern = new RegExp(
    `(^|[=:,\\s'"\`(])(${mounts.map(([path]) => escaped(path)).join('|')})(?=$|[/:,\\s'"\`);])`,
    'g',
  )
  return text.replaceAll(pattern, (_, before: string, path: string) => before + (targets.get(path) ?? path))
}
