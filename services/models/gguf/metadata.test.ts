import { expect, test } from 'vitest'
import { readHeader } from './header.ts'
import { inspect } from './metadata.ts'
import { GgufError } from './ranges.ts'

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const u64 = (value: number | bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
const entry = (key: string, type: number, value: Buffer) => Buffer.concat([text(key), u32(type), value])
const numbers = (values: number[]) => Buffer.concat([u32(4), u64(values.length), ...values.map(u32)])
const texts = (values: string[]) => Buffer.concat([u32(8), u64(values.length), ...values.map(text)])
const tensor = (name: string, shape: (number | bigint)[], type: number, offset = 0) =>
  Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset)])

function header(
  entries: Buffer[],
  tensors: Buffer[] = [],
  counts: { tensors?: bigint; values?: bigint } = {},
) {
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(counts.tensors ?? tensors.length),
    u64(counts.values ?? entries.length),
    ...entries,
    ...tensors,
  ])
}

/** Hands out at most what was asked for, and counts, as a source over HTTP does. */
function fileOf(bytes: Buffer) {
  const asked: number[] = []
  const read = async (start: number, length: number) => {
    asked.push(length)
    return bytes.subarray(start, start + length)
  }
  return { read, asked }
}

const llama = [
  entry('general.architecture', 8, text('llama')),
  entry('general.file_type', 4, u32(7)),
  entry('tokenizer.ggml.tokens', 9, texts(['a', 'b', 'ccc'])),
  entry('tokenizer.ggml.scores', 9, numbers(Array.from({ length: 5_000 }, () => 1))),
  entry('llama.context_length', 4, u32(2_048)),
  entry('llama.block_count', 4, u32(4)),
  entry('llama.embedding_length', 4, u32(200)),
  entry('llama.attention.head_count', 4, u32(8)),
  entry('llama.attention.head_count_kv', 9, numbers([2, 4, 2])),
  entry('tokenizer.chat_template', 8, text('{{ messages }}')),
]

test('metadata comes from the header alone', async () => {
  const bytes = header(llama, [tensor('token_embd.weight', [200, 3], 8), tensor('norm', [200], 0, 640)])
  await expect(inspect(fileOf(bytes).read, 100_000)).resolves.toEqual({
    architecture: 'llama',
    quantization: 'Q8_0',
    parameterCount: 800,
    contextLength: 2_048,
    blockCount: 4,
    embeddingLength: 200,
    headCount: 8,
    headCountKv: 4,
    chatTemplate: '{{ messages }}',
  })
})

test('without a file type the dominating tensor type names the quantization', async () => {
  const bytes = header([], [tensor('big', [64, 64], 12), tensor('small', [64], 0)])
  await expect(inspect(fileOf(bytes).read, undefined)).resolves.toMatchObject({
    quantization: 'Q4_K',
    architecture: null,
  })
})

test('a header larger than one window is walked without holding it', async () => {
  const tokens = Array.from({ length: 200_000 }, (_, index) => `token-${index}`)
  const bytes = header([entry('tokens', 9, texts(tokens)), ...llama])
  const file = fileOf(bytes)
  const { values } = await readHeader(file.read)
  expect(values.get('tokens')).toEqual({ length: 200_000, largest: undefined })
  expect(values.get('llama.block_count')).toBe(4)
  expect(Math.max(...file.asked)).toBeLessThanOrEqual(2 ** 20)
})

test('a text that nobody needs is skipped, not read', async () => {
  const bytes = header([entry('licence', 8, text('x'.repeat(3_000_000))), ...llama])
  const file = fileOf(bytes)
  const { values } = await readHeader(file.read)
  expect(values.has('licence')).toBe(false)
  expect(values.get('llama.block_count')).toBe(4)
  expect(file.asked.length).toBeLessThan(4)
})

test.each([
  ['no GGUF', Buffer.from('PK\u0003\u0004 something else'), 'does not begin with GGUF'],
  ['an empty file', Buffer.alloc(0), 'ends within'],
  ['a cut-off header', header(llama).subarray(0, 300), 'ends within'],
  ['version 1', Buffer.concat([Buffer.from('GGUF'), u32(1), u64(0), u64(0)]), 'version 1'],
  [
    'big-endian',
    Buffer.concat([Buffer.from('GGUF'), Buffer.from([0, 0, 0, 3]), u64(0), u64(0)]),
    'little-endian',
  ],
  ['2^64-1 tensors', header([], [], { tensors: 2n ** 64n - 1n }), 'a number of tensors'],
  ['2^63 values', header([], [], { values: 2n ** 63n }), 'a number of values'],
  ['a huge key', Buffer.concat([header([], [], { values: 1n }), u64(2n ** 40n)]), 'a name'],
  ['a huge text', header([entry('k', 8, u64(2n ** 50n))]), 'larger than'],
  ['a huge array', header([entry('k', 9, Buffer.concat([u32(8), u64(2n ** 32n)]))]), 'an array'],
  ['an unknown type', header([entry('k', 99, u32(0))]), 'unknown type 99'],
  [
    'an array of an unknown type',
    header([entry('k', 9, Buffer.concat([u32(77), u64(1)]))]),
    'unknown type 77',
  ],
  [
    'nested arrays',
    header([entry('k', 9, Buffer.concat(Array.from({ length: 9 }, () => Buffer.concat([u32(9), u64(1)]))))]),
    'too deeply',
  ],
  ['a tensor of 9 dimensions', header([], [tensor('t', Array(9).fill(1), 0)]), '9 dimensions'],
  ['a tensor of 2^63', header([], [tensor('t', [2n ** 63n], 0)]), 'a tensor'],
  ['more parameters than bits', header([], [tensor('t', [2 ** 39, 2 ** 39], 0)]), 'more parameters'],
  ['a tensor beyond the end', header([], [tensor('t', [4], 0, 1_000_001)]), 'ends before'],
  ['one shard of three', header([entry('split.count', 2, Buffer.from([3, 0]))]), 'one of 3 shards'],
])('%s is refused', async (_name, bytes, why) => {
  const refused = expect(inspect(fileOf(bytes).read, 1_000_000)).rejects
  await refused.toThrow(GgufError)
  await refused.toThrow(why)
})
