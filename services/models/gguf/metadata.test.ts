import { expect, test } from 'vitest'
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

const u16 = (value: number) => Buffer.from([value & 0xff, value >> 8])
/** Four numbers, as little as a model can have. */
const one = tensor('norm', [4], 0)

/** Hands out at most what was asked for, and counts, as a source over HTTP does. */
function fileOf(bytes: Buffer) {
  const given: number[] = []
  const read = async (start: number, length: number) => {
    const part = bytes.subarray(start, start + length)
    given.push(part.length)
    return part
  }
  return { read, given, sum: () => given.reduce((sum, length) => sum + length, 0) }
}

const llama = [
  entry('general.architecture', 8, text('llama')),
  entry('general.file_type', 4, u32(7)),
  entry('general.license', 8, text('apache-2.0')),
  entry('tokenizer.ggml.model', 8, text('gpt2')),
  entry('tokenizer.ggml.tokens', 9, texts(['a', 'b', 'ccc'])),
  entry('tokenizer.ggml.scores', 9, numbers(Array.from({ length: 5_000 }, () => 1))),
  entry('llama.context_length', 4, u32(2_048)),
  entry('llama.block_count', 4, u32(4)),
  entry('llama.embedding_length', 4, u32(200)),
  entry('llama.attention.head_count', 4, u32(8)),
  entry('llama.attention.head_count_kv', 9, numbers([2, 4, 2])),
  entry('llama.attention.key_length', 4, u32(128)),
  entry('tokenizer.chat_template', 8, text('{{ messages }}')),
]

test('metadata comes from the header alone', async () => {
  const bytes = header(llama, [tensor('token_embd.weight', [192, 3], 8), tensor('norm', [200], 0, 640)])
  await expect(inspect(fileOf(bytes).read, 100_000)).resolves.toEqual({
    architecture: 'llama',
    quantization: 'Q8_0',
    parameterCount: 776,
    contextLength: 2_048,
    blockCount: 4,
    embeddingLength: 200,
    headCount: 8,
    headCountKv: 4,
    keyLength: 128,
    valueLength: null,
    chatTemplate: '{{ messages }}',
    tokenizer: 'gpt2',
    vocabularySize: 3,
    license: 'apache-2.0',
    tensorCount: 2,
  })
})

test('without a file type the dominating tensor type names the quantization', async () => {
  const bytes = header([], [tensor('big', [256, 16], 12), tensor('small', [64], 0, 2_304)])
  await expect(inspect(fileOf(bytes).read, undefined)).resolves.toMatchObject({
    quantization: 'Q4_K',
    architecture: null,
    vocabularySize: null,
    tokenizer: null,
  })
})

test('a file that says nothing of its tokens may still say how many there are', async () => {
  const values = [entry('general.architecture', 8, text('x')), entry('x.vocab_size', 4, u32(32_000))]
  await expect(inspect(fileOf(header(values, [one])).read, undefined)).resolves.toMatchObject({
    vocabularySize: 32_000,
  })
})

test('version 2, another alignment and a type of tomorrow are read', async () => {
  const bytes = header(
    [entry('general.alignment', 4, u32(64)), ...llama],
    [tensor('a', [5], 0), tensor('b', [4], 99, 64)],
  )
  bytes.writeUInt32LE(2, 4)
  const start = Math.ceil(bytes.length / 64) * 64
  await expect(inspect(fileOf(bytes).read, start + 65)).resolves.toMatchObject({ parameterCount: 9 })
  await expect(inspect(fileOf(bytes).read, start + 64)).rejects.toThrow('ends before its tensors')
})

test('the largest vocabularies pass, and no byte is read twice', async () => {
  const tokens = Array.from({ length: 262_144 }, (_, index) => `token-${index}-of-some-length`)
  const merges = tokens.map((token) => `${token} ${token}`)
  const bytes = header(
    [entry('tokens', 9, texts(tokens)), entry('merges', 9, texts(merges)), ...llama],
    [one],
  )
  expect(bytes.length).toBeGreaterThan(20 * 2 ** 20)
  const file = fileOf(bytes)
  await expect(inspect(file.read, undefined)).resolves.toMatchObject({ blockCount: 4 })
  expect(Math.max(...file.given)).toBeLessThanOrEqual(2 ** 20)
  expect(file.sum()).toBeLessThanOrEqual(bytes.length)
})

test('a text that nobody needs is skipped, not read', async () => {
  const licence = entry('general.license.text', 8, text('x'.repeat(3_000_000)))
  const file = fileOf(header([licence, ...llama], [one]))
  await expect(inspect(file.read, undefined)).resolves.toMatchObject({ blockCount: 4 })
  expect(file.given).toHaveLength(2)
})

test('a header that is all texts is neither held nor read beyond what a header may have', async () => {
  const bytes = Buffer.alloc(2 ** 20, entry('k', 8, text('x'.repeat(1_000))))
  const begin = header([], [], { values: 10_000n })
  let sum = 0
  const endless = async (start: number, length: number) => {
    sum += length
    const part = Buffer.alloc(length, bytes)
    if (start === 0) begin.copy(part)
    return part
  }
  await expect(inspect(endless, undefined)).rejects.toThrow(GgufError)
  // An array of texts without end, and then another one.
  const lengths = Buffer.concat([text('k'), u32(9), u32(8), u64(4_000_000)])
  const empty = async (start: number, length: number) => {
    sum += length
    const part = Buffer.alloc(length, text('x'.repeat(32)))
    if (start === 0) Buffer.concat([begin, lengths]).copy(part)
    return part
  }
  await expect(inspect(empty, undefined)).rejects.toThrow('larger than 96 MiB')
  expect(sum).toBeLessThan(100 * 2 ** 20)
})

const beyond = tensor('t', [64, 4], 8)
const cut = header(llama, [one])

test.each([
  ['no GGUF', Buffer.from('PK\u0003\u0004 something else'), 'does not begin with GGUF'],
  ['an empty file', Buffer.alloc(0), 'ends within'],
  ['a cut-off header', cut.subarray(0, 300), 'ends within'],
  ['a header that ends one byte early', cut.subarray(0, -1), 'ends within'],
  ['version 1', Buffer.concat([Buffer.from('GGUF'), u32(1), u64(0), u64(0)]), 'version 1'],
  ['version 4', Buffer.concat([Buffer.from('GGUF'), u32(4), u64(0), u64(0)]), 'version 4 is not supported'],
  ['version 2^32-1', Buffer.concat([Buffer.from('GGUF'), u32(2 ** 32 - 1)]), 'is not supported'],
  [
    'big-endian',
    Buffer.concat([Buffer.from('GGUF'), Buffer.from([0, 0, 0, 3]), u64(0), u64(0)]),
    'big-endian GGUF',
  ],
  ['2^64-1 tensors', header([], [], { tensors: 2n ** 64n - 1n }), '18446744073709551615 tensors'],
  ['2^63 values', header([], [], { values: 2n ** 63n }), '9223372036854775808 values'],
  ['a huge key', Buffer.concat([header([], [], { values: 1n }), u64(2n ** 40n)]), 'bytes of a key'],
  ['a key twice', header([...llama, llama[3] ?? one]), 'a key twice (value 14)'],
  ['a huge text', header([entry('k', 8, u64(2n ** 50n))]), 'larger than'],
  ['a text of 2^63', header([entry('k', 8, u64(2n ** 63n))]), 'bytes of a text'],
  [
    'a text of 2^63 in an array',
    header([entry('k', 9, Buffer.concat([u32(8), u64(1), u64(2n ** 63n)]))]),
    'larger than',
  ],
  ['a huge array', header([entry('k', 9, Buffer.concat([u32(8), u64(2n ** 32n)]))]), 'of an array'],
  ['an unknown type', header([entry('k', 99, u32(0))]), 'unknown type 99'],
  [
    'an array of an unknown type',
    header([entry('k', 9, Buffer.concat([u32(77), u64(1)]))]),
    'unknown type 77',
  ],
  [
    'nested arrays',
    header([entry('k', 9, Buffer.concat(Array.from({ length: 9 }, () => Buffer.concat([u32(9), u64(1)]))))]),
    'array of arrays',
  ],
  ['no tensors', header(llama), 'no tensors'],
  ['a tensor of 9 dimensions', header([], [tensor('t', Array(9).fill(1), 0)]), '9 dimensions'],
  ['a tensor of 2^63', header([], [tensor('t', [2n ** 63n], 0)]), 'one dimension'],
  ['more parameters than fit', header([], [tensor('t', [2 ** 39, 2 ** 39], 0)]), 'ends before'],
  ['more of an unknown type than fit', header([], [tensor('t', [2 ** 39], 99)]), 'ends before'],
  ['a tensor beyond the end', header([], [tensor('t', [4], 0, 1_000_032)]), 'ends before'],
  ['a tensor over the end', header([], [tensor('t', [250_000], 0)]), 'ends before'],
  ['half blocks', header([], [tensor('t', [33], 8)]), 'no whole blocks'],
  ['tensors over each other', header([], [beyond, tensor('u', [4], 0, 256)]), 'overlap'],
  ['a tensor at an odd place', header([], [tensor('t', [4], 0, 33)]), 'between the places'],
  ['two tensors of one name', header([], [beyond, beyond]), 'two tensors of one name (tensor 2 of 2)'],
  ['a long name of a tensor', header([], [tensor('t'.repeat(65), [4], 0)]), "a tensor's name"],
  ['an alignment of 0', header([entry('general.alignment', 4, u32(0))], [one]), 'an alignment'],
  ['an alignment of 48', header([entry('general.alignment', 4, u32(48))], [one]), 'an alignment'],
  ['two alignments', header([entry('general.alignment', 9, numbers([32, 64]))], [one]), 'an alignment'],
  [
    'a shard',
    header([entry('split.no', 2, u16(1)), entry('split.count', 2, u16(3))]),
    'shard 2 of 3, and each holds a part of the model only; merge them (llama-gguf-split --merge)',
  ],
  ['a shard without a number', header([entry('split.count', 2, u16(3))]), 'one of 3 shards'],
])('%s is refused', async (_name, bytes, why) => {
  const refused = expect(inspect(fileOf(bytes).read, 1_000_000)).rejects
  await refused.toThrow(GgufError)
  await refused.toThrow(why)
})
