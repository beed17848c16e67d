import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** How an image is run without a registry: the command that stands for its entrypoint. */
export interface Image {
  command: string[]
  env?: Record<string, string> | undefined
  cwd?: string | undefined
}

const table = z.record(
  z.string(),
  z.object({
    command: z.array(z.string()).min(1),
    env: z.record(z.string(), z.string()).optional(),
    cwd: z.string().optional(),
  }),
)

/** `registry:5000/berth/inference:1.2@sha256:...` → `registry:5000/berth/inference`. */
export const untagged = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')

/** Read at every container start, so that a new entry needs no restart. */
export function createImages(file: string | undefined): (image: string) => Image | undefined {
  return (image) => {
    if (!file) return undefined
    const images = table.parse(JSON.parse(readFileSync(file, 'utf8')))
    return images[image] ?? images[untagged(image)]
  }
}
