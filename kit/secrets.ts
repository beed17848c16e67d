import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The secrets that a local Berth made for its parts, by name, from its data folder. */
export function secretsOf(data: string): Record<string, string> {
  return JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8'))
}
