import { createCipheriv, createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { bytesOf, encodeHeader, padded, type Tensor, type Value } from '@berth/kit/gguf'
import type { Shape } from './shapes.ts'
import { controls, inventVocabulary } from './vocabulary.ts'

const epsilon = 1e-5
const ropeBase = 10_000
const mostlyQ8_0 = 7
const template =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

/**
 * Writes a Llama with random weights in Q8_0: what it says is noise, and what it costs is what a trained model of that
 * shape costs. The same seed gives the same bytes.
 */
export async function writeRandomGguf(path: string, name: string, shape: Shape, seed = 1): Promise<void> {
  const tensors = tensorsOf(shape)
  const file = await open(path, 'w')
  try {
    await file.write(encodeHeader(metadataOf(name, shape), tensors))
    const random = createRandom(seed)
    for (const tensor of tensors) {
      const data = tensor.type === 'F32' ? ones(tensor) : blocks(tensor, random)
      for (const chunk of data) await file.write(chunk)
      await file.write(Buffer.alloc(padded(bytesOf(tensor)) - bytesOf(tensor)))
    }
  } finally {
    await file.close()
  }
}

function metadataOf(name: string, shape: Shape): Record<string, Value> {
  const { tokens, types, merges } = inventVocabulary(shape.vocabulary)
  const count = (value: number): Value => ({ type: 'uint32', value })
  const text = (value: string | string[]): Value => ({ type: 'string', value })
  const [end, , endOfTurn] = controls.map((control) => tokens.indexOf(control))
  return {
    'general.architecture': text('llama'),
    'general.name': text(name),
    'general.file_type': count(mostlyQ8_0),
    'llama.block_count': count(shape.blocks),
    'llama.context_length': count(shape.contextLength),
    'llama.embedding_length': count(shape.width),
    'llama.feed_forward_length': count(shape.feedForward),
    'llama.attention.head_count': count(shape.heads),
    'llama.attention.head_count_kv': count(shape.keyValueHeads),
    'llama.attention.layer_norm_rms_epsilon': { type: 'float32', value: epsilon },
    'llama.rope.dimension_count': count(shape.width / shape.heads),
    'llama.rope.freq_base': { type: 'float32', value: ropeBase },
    'llama.vocab_size': count(shape.vocabulary),
    'tokenizer.ggml.model': text('gpt2'),
    'tokenizer.ggml.pre': text('gpt-2'),
    'tokenizer.ggml.tokens': text(tokens),
    'tokenizer.ggml.token_type': { type: 'int32', value: types },
    'tokenizer.ggml.merges': text(merges),
    'tokenizer.ggml.bos_token_id': count(end ?? 0),
    'tokenizer.ggml.eos_token_id': count(endOfTurn ?? 0),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': text(template),
  }
}

function tensorsOf({ blocks, width, feedForward, heads, keyValueHeads, vocabulary }: Shape): Tensor[] {
  const keys = (width / heads) * keyValueHeads
  const matrix = (name: string, from: number, to: number): Tensor => ({
    name: `${name}.weight`,
    dimensions: [from, to],
    type: 'Q8_0',
  })
  const norm = (name: string): Tensor => ({ name: `${name}.weight`, dimensions: [width], type: 'F32' })
  return [
    matrix('token_embd', width, vocabulary),
    norm('output_norm'),
    ...Array.from({ length: blocks }, (_, index) => `blk.${index}.`).flatMap((block) => [
      norm(`${block}attn_norm`),
      matrix(`${block}attn_q`, width, width),
      matrix(`${block}attn_k`, width, keys),
      matrix(`${block}attn_v`, width, keys),
      matrix(`${block}attn_output`, width, width),
      norm(`${block}ffn_norm`),
      matrix(`${block}ffn_gate`, width, feedForward),
      matrix(`${block}ffn_up`, width, feedForward),
      matrix(`${block}ffn_down`, feedForward, width),
    ]),
  ]
}

/** A stream of random bytes that a seed determines. */
function createRandom(seed: number): (bytes: number) => Buffer {
  const key = createHash('sha256').update(String(seed)).digest().subarray(0, 16)
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16))
  return (bytes) => cipher.update(Buffer.alloc(bytes))
}

const blockBytes = 34
const chunkBytes = blockBytes * 65_536

/**
 * Blocks of Q8_0: a half-precision scale, then 32 signed bytes. Random bytes have a standard deviation of 74, so this scale
 * gives weights one of 1/√inputs, and activations keep their size from layer to layer.
 */
function* blocks(tensor: Tensor, random: (bytes: number) => Buffer): Generator<Buffer> {
  const scale = Buffer.from(Float16Array.of(1 / (74 * Math.sqrt(tensor.dimensions[0] ?? 1))).buffer)
  let left = bytesOf(tensor)
  while (left > 0) {
    const chunk = random(Math.min(left, chunkBytes))
    for (let at = 0; at < chunk.length; at += blockBytes) scale.copy(chunk, at)
    left -= chunk.length
    yield chunk
  }
}

function* ones(tensor: Tensor): Generator<Buffer> {
  yield Buffer.from(new Float32Array(tensor.dimensions[0] ?? 0).fill(1).buffer)
}
