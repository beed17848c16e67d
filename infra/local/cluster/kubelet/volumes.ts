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
import { dirname, join } from 'node:path'
import type { Container, KeyItems, KubeObject, Pod, Volume } from '../objects.ts'
import { fieldText } from './environment.ts'
import { dataOf, type Lookups } from './sources.ts'

function chosen(object: KubeObject | undefined, what: string, source: KeyItems): Map<string, Buffer> {
  if (!object) {
    if (source.optional) return new Map()
    throw new Error(`${what} not found`)
  }
  const data = dataOf(object)
  if (!source.items) return data
  const files = new Map<string, Buffer>()
  for (const { key, path } of source.items) {
    const value = data.get(key)
    if (value) files.set(path, value)
    else if (!source.optional) throw new Error(`references non-existent ${what.split(' ')[0]} key: ${key}`)
  }
  return files
}

/** The files of a volume; undefined for an emptyDir, which belongs to the pod. */
function filesOf(volume: Volume, pod: Pod, lookups: Lookups): Map<string, Buffer> | undefined {
  if (volume.emptyDir) return undefined
  if (volume.secret)
    return chosen(
      lookups.secret(volume.secret.secretName),
      `secret "${volume.secret.secretName}"`,
      volume.secret,
    )
  if (volume.configMap)
    return chosen(
      lookups.configMap(volume.configMap.name),
      `configmap "${volume.configMap.name}"`,
      volume.configMap,
    )
  if (volume.downwardAPI) {
    const items = volume.downwardAPI.items ?? []
    return new Map(
      items.map(({ path, fieldRef }) => [path, Buffer.from(fieldText(pod, fieldRef?.fieldPath ?? ''))]),
    )
  }
  const kind = Object.keys(volume).find((key) => key !== 'name')
  throw new Error(`volumes of type ${kind} are not modelled by the pocket cluster (LIMITS.md)`)
}

function current(folder: string): Map<string, Buffer> {
  const data = join(folder, '..data')
  if (!existsSync(data)) return new Map()
  const names = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(data.length + 1), readFileSync(path)]
    }),
  )
}

/** Swaps all files at once, the way the kubelet does: a new folder, then one rename of the link `..data`. */
function writeAtomically(folder: string, files: Map<string, Buffer>): void {
  const old = current(folder)
  const unchanged =
    old.size === files.size && [...files].every(([path, value]) => old.get(path)?.equals(value))
  if (unchanged && existsSync(join(folder, '..data'))) return
  const version = `..${Date.now()}_${Math.random().toString(36).slice(2, 8)}`
  for (const [path, value] of files) {
    const target = join(folder, version, path)
    if (!target.startsWith(join(folder, version))) throw new Error(`the path ${path} leaves its volume`)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, value, { mode: 0o600 })
  }
  mkdirSync(join(folder, version), { recursive: true })
  symlinkSync(version, join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  const top = new Set([...files.keys()].map((path) => path.split('/')[0] ?? path))
  for (const name of readdirSync(folder)) {
    if (name === '..data' || name === version || top.has(name)) continue
    rmSync(join(folder, name), { recursive: true, force: true })
  }
  for (const name of top)
    if (!existsSync(join(folder, name))) symlinkSync(join('..data', name), join(folder, name))
}

export const volumeFolder = (podFolder: string, name: string): string => join(podFolder, 'volumes', name)

/** Makes or refreshes a pod's volumes; throws what a FailedMount event says. */
export function mountVolumes(pod: Pod, podFolder: string, lookups: Lookups): void {
  for (const volume of pod.spec.volumes ?? []) {
    const folder = volumeFolder(podFolder, volume.name)
    mkdirSync(folder, { recursive: true })
    try {
      const files = filesOf(volume, pod, lookups)
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
    join(volumeFolder(podFolder, mount.name), mount.subPath ?? ''),
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
