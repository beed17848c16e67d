import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { alignment, encodeString } from './gguf.ts'

/** Bytes of the scalar types of a GGUF's metadata; 8 is a string, 9 an array (GGUF specification, version 3). */
const sizes: Record<number, number> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 }

/**
 * The storyteller with words of `wordBytes` bytes each, and without an end: its answers go on to the end of a context of
 * 32,768 tokens, so that one answer is more than the buffers on its way can hold.
 */
export function wordyModel(wordBytes: number): Buffer {
  const model = readFileSync(resolve(import.meta.dirname, '../infra/demo-model/storyteller.gguf'))
  let at = 8
  const u64 = (): number => {
    at += 8
    return Number(model.readBigUInt64LE(at - 8))
  }
  const u32 = (): number => {
    at += 4
    return model.readUInt32LE(at - 4)
  }
  const text = (): string => {
    const length = u64()
    at += length
    return model.toString('utf8', at - length, at)
  }
  const out: Buffer[] = [model.subarray(0, 24)]
  const tensors = u64()
  const entries = u64()

  function skip(type: number): void {
    if (type === 8) text()
    else if (type !== 9) at += sizes[type] ?? 0
    else {
      const of = u32()
      for (let left = u64(); left > 0; left -= 1) skip(of)
    }
  }

  for (let entry = 0; entry < entries; entry += 1) {
    const from = at
    const key = text()
    const type = u32()
    const value = at
    if (key === 'tokenizer.ggml.tokens') {
      const head = model.subarray(from, value + 12)
      at = value + 12
      const tokens = Array.from({ length: Number(model.readBigUInt64LE(value + 4)) }, text)
      out.push(head, ...tokens.map((token) => encodeString(longer(token, wordBytes))))
      continue
    }
    skip(type)
    const copy = Buffer.from(model.subarray(from, at))
    if (key === 'llama.context_length') copy.writeUInt32LE(32_768, value - from)
    // A token that the model never writes ends the answer.
    if (key.endsWith('eos_token_id') || key.endsWith('eot_token_id')) copy.writeUInt32LE(0, value - from)
    out.push(copy)
  }
  const infos = at
  for (let tensor = 0; tensor < tensors; tensor += 1) {
    text()
    const dimensions = u32()
    at += dimensions * 8 + 12
  }
  out.push(model.subarray(infos, at))
  const length = out.reduce((sum, { length }) => sum + length, 0)
  const data = Math.ceil(at / alignment) * alignment
  return Buffer.concat([...out, Buffer.alloc(-length & (alignment - 1)), model.subarray(data)])
}

/** Letters stay as they are, so that every text can still be read; the mark of a turn's end gets another name. */
function longer(token: string, bytes: number): string {
  if (token === '<|im_end|>') return '<|im_nix|>'
  const isWord = /^Ġ?[a-z]{2,}$/.test(token)
  return isWord ? token + token.slice(-1).repeat(bytes) : token
}
