import { bytesOf, encodeHeader, padded, type Tensor, type Value } from './gguf.ts'

const width = 32
const feedForward = 64
const heads = 4
const blocks = 2
/** Tokens that one text may have. */
export const bertContext = 128
/** Numbers of an embedding. */
export const bertDimensions = width

const controls = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
const letters = [...'abcdefghijklmnopqrstuvwxyz']
/** WordPiece as GGUF has it: a mark begins a word, and its other pieces have none. */
const tokens = [...controls, ...letters.map((letter) => `\u2581${letter}`), ...letters]

/** A BERT with random weights, of 100 kB: embeddings that mean nothing, made as a trained model's are. */
export function bertModel(): Buffer {
  const tensors = tensorsOf()
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return (seed / 2_147_483_647 - 0.5) / 2
  }
  const data = tensors.map((tensor) => {
    const values = Float32Array.from({ length: bytesOf(tensor) / 4 }, () =>
      tensor.name.endsWith('norm.weight') ? 1 : random(),
    )
    const bytes = Buffer.alloc(padded(values.byteLength))
    bytes.set(new Uint8Array(values.buffer))
    return bytes
  })
  return Buffer.concat([encodeHeader(metadata(), tensors), ...data])
}

function metadata(): Record<string, Value> {
  const count = (value: number): Value => ({ type: 'uint32', value })
  const text = (value: string | string[]): Value => ({ type: 'string', value })
  const id = (control: string) => count(tokens.indexOf(control))
  return {
    'general.architecture': text('bert'),
    'general.name': text('bert'),
    'bert.block_count': count(blocks),
    'bert.context_length': count(bertContext),
    'bert.embedding_length': count(width),
    'bert.feed_forward_length': count(feedForward),
    'bert.attention.head_count': count(heads),
    'bert.attention.layer_norm_epsilon': { type: 'float32', value: 1e-12 },
    'bert.attention.causal': { type: 'bool', value: false },
    // The mean over all tokens.
    'bert.pooling_type': count(1),
    'tokenizer.ggml.model': text('bert'),
    'tokenizer.ggml.pre': text('default'),
    'tokenizer.ggml.token_type_count': count(2),
    'tokenizer.ggml.tokens': text(tokens),
    'tokenizer.ggml.token_type': {
      type: 'int32',
      value: tokens.map((_, at) => (at < controls.length ? 3 : 1)),
    },
    'tokenizer.ggml.padding_token_id': id('[PAD]'),
    'tokenizer.ggml.unknown_token_id': id('[UNK]'),
    'tokenizer.ggml.bos_token_id': id('[CLS]'),
    'tokenizer.ggml.cls_token_id': id('[CLS]'),
    'tokenizer.ggml.seperator_token_id': id('[SEP]'),
    'tokenizer.ggml.mask_token_id': id('[MASK]'),
  }
}

function tensorsOf(): Tensor[] {
  const tensor = (name: string, ...dimensions: number[]): Tensor => ({ name, dimensions, type: 'F32' })
  const norm = (name: string) => [tensor(`${name}.weight`, width), tensor(`${name}.bias`, width)]
  const linear = (name: string, from: number, to: number) => [
    tensor(`${name}.weight`, from, to),
    tensor(`${name}.bias`, to),
  ]
  return [
    tensor('token_embd.weight', width, tokens.length),
    tensor('token_types.weight', width, 2),
    tensor('position_embd.weight', width, bertContext),
    ...norm('token_embd_norm'),
    ...Array.from({ length: blocks }, (_, index) => `blk.${index}.`).flatMap((block) => [
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].flatMap((name) => linear(block + name, width, width)),
      ...norm(`${block}attn_output_norm`),
      ...linear(`${block}ffn_up`, width, feedForward),
      ...linear(`${block}ffn_down`, feedForward, width),
      ...norm(`${block}layer_output_norm`),
    ]),
  ]
}
