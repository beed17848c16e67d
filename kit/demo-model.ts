import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * The storyteller's file, made as long as wanted by bytes after its end, which no reader of GGUF minds. The mark makes each
 * one a file of its own, with a digest of its own.
 */
export function demoModel(sizeBytes: number, mark: string): Buffer {
  const model = readFileSync(resolve(import.meta.dirname, '../infra/demo-model/storyteller.gguf'))
  if (sizeBytes < model.length + mark.length) throw new RangeError(`It has ${model.length} bytes already.`)
  const file = Buffer.alloc(sizeBytes)
  model.copy(file)
  file.write(mark, sizeBytes - mark.length)
  return file
}
