import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { bertModel } from '@berth/kit/bert-model'
import { encodeHeader, type Tensor, type Value } from '@berth/kit/gguf'
import { fieldsOf, type Sound } from './fields.ts'

const count = (value: number): Value => ({ type: 'uint32', value })
const text = (value: string | string[]): Value => ({ type: 'string', value })

/** Headers of different shapes, all of them sound: what is mutated begins as one of these. */
export function soundHeaders(): Sound[] {
  const storyteller = readFileSync(resolve(import.meta.dirname, '../../infra/demo-model/storyteller.gguf'))
  const version2 = Buffer.from(storyteller)
  version2.writeUInt32LE(2, 4)
  return [storyteller, version2, bertModel(), perLayer(), shard(), least()].map(fieldsOf)
}

/** As many tensors as a mixture of experts has, and numbers that differ from layer to layer. */
function perLayer(): Buffer {
  const layers = 61
  const tensors = Array.from({ length: layers }, (_, layer): Tensor[] => [
    { name: `blk.${layer}.ffn_down_exps.weight`, dimensions: [64, 32, 8], type: 'Q8_0' },
    { name: `blk.${layer}.attn_norm.weight`, dimensions: [64], type: 'F32' },
  ])
  return encodeHeader(
    {
      'general.architecture': text('deepseek2'),
      'general.license': text('mit'),
      'general.tags': text(['moe', 'text-generation']),
      'general.alignment': count(32),
      'deepseek2.context_length': count(163_840),
      'deepseek2.block_count': count(layers),
      'deepseek2.attention.head_count_kv': { type: 'int32', value: Array(layers).fill(4) },
      'deepseek2.rope.freq_base': { type: 'float32', value: 10_000 },
      'deepseek2.expert_weights_norm': { type: 'bool', value: true },
      'tokenizer.ggml.model': text('gpt2'),
      'tokenizer.ggml.tokens': text(Array.from({ length: 2_000 }, (_, index) => `token ${index} ☕`)),
      'tokenizer.chat_template': text('{% for m in messages %}{{ m.content }}{% endfor %}'.repeat(100)),
    },
    tensors.flat(),
  )
}

const shard = () =>
  encodeHeader({ 'split.no': count(1), 'split.count': count(3), 'split.tensors.count': count(9) }, [])

const least = () =>
  encodeHeader({ 'general.architecture': text('llama') }, [{ name: 't', dimensions: [4], type: 'F32' }])
