import { beforeAll, expect, test } from 'vitest'
import { type Accepts, acceptor } from './acceptor.ts'
import { createRules } from './gbnf.ts'
import { addSchema } from './schema.ts'

let accepts: Accepts
beforeAll(async () => {
  accepts = await acceptor()
}, 60_000)

function grammarOf(schema: unknown): string {
  const rules = createRules()
  return rules.text(addSchema(schema, rules))
}

/** Whether a text, or a value as JSON, is an answer under the schema. */
function fits(schema: unknown, value: unknown, written = JSON.stringify(value)): boolean {
  const [root = '', ...rules] = grammarOf(schema).split('\n')
  return accepts(root.replace('root ::= ', ''), written, rules.join('\n'))
}

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
const string = { type: 'string' }
const node = {
  ...object({ value: { type: 'integer' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } }),
  required: ['value', 'next'],
}

test.each([
  ['a property that must be there', object({ a: string }, { required: ['a'] }), [{ a: 'x' }], [{}, { b: 1 }]],
  [
    'properties that may be left out',
    object({ a: string, b: { type: 'integer' }, c: { type: 'boolean' } }, { required: ['b'] }),
    [{ a: '', b: 1, c: true }, { b: -3 }, { a: 'x', b: 0 }, { b: 1, c: false }],
    [{}, { a: 'x' }, { b: 1.5 }, { b: 1, a: 'x' }],
  ],
  ['none given', object({ a: string, b: string }), [{}, { a: '' }, { b: '' }, { a: '', b: '' }], [{ c: '' }]],
  [
    'others of one kind',
    object({ ab: string }, { additionalProperties: { type: 'integer' } }),
    [{}, { ab: '' }, { ab: '', a: 1, abc: 2 }, { a: 1 }, { b: 1 }, { '': 1 }, { é: 1 }],
    [{ ab: 1 }, { a: '' }, { ab: '', b: '' }],
  ],
  ['one that is only required', { type: 'object', required: ['a'] }, [{ a: [1] }], [{}]],
  ['any object', { type: 'object' }, [{}, { a: { b: [1, null, 'x', { c: -0.5 }] } }], [[], 'x', 1, null]],
  ['an array', { type: 'array', items: string }, [[], ['a'], ['a', 'b']], [[1], ['a', 1], {}]],
  [
    'an array of a length',
    { type: 'array', items: { type: 'null' }, minItems: 2, maxItems: 3 },
    [
      [null, null],
      [null, null, null],
    ],
    [[], [null], [null, null, null, null]],
  ],
  ['an array of one or none', { type: 'array', items: string, maxItems: 1 }, [[], ['']], [['', '']]],
  [
    'a tuple',
    { type: 'array', prefixItems: [string, { type: 'null' }], items: false },
    [['', null]],
    [[], ['']],
  ],
  [
    'an enumeration',
    { enum: ['red', 'ready', 're', 7, null, { a: 1 }] },
    ['red', 're', 7, null, { a: 1 }],
    ['r', 'read', 8, {}],
  ],
  ['its values of one type', { type: 'string', enum: ['a', 1] }, ['a'], [1]],
  ['a constant', { const: 'a "quoted"\n\\ back' }, ['a "quoted"\n\\ back'], ['a']],
  ['several types', { type: ['string', 'null'] }, ['', null], [1, {}]],
  ['anything', {}, [{}, [], 'x', 1.5, true, null], []],
  ['alternatives', { anyOf: [string, { type: 'integer' }] }, ['1', 1], [1.5, null]],
  [
    'alternatives that exclude each other',
    {
      oneOf: [
        object({ kind: { const: 'a' }, x: string }, { required: ['kind', 'x'] }),
        object({ kind: { const: 'b' }, y: string }, { required: ['kind'] }),
      ],
    },
    [{ kind: 'a', x: '' }, { kind: 'b' }, { kind: 'b', y: '' }],
    [{ kind: 'a' }, { kind: 'b', x: '' }, { kind: 'c' }],
  ],
  [
    'a list that leads to itself',
    { $ref: '#/$defs/node', $defs: { node } },
    [{ value: 1, next: { value: 2, next: null } }],
    [{ value: 1 }, { value: 1, next: {} }, null],
  ],
  ['all of one', { allOf: [{ $ref: '#/definitions/a~1b' }], definitions: { 'a/b': string } }, ['x'], [1]],
  [
    'a length',
    { type: 'string', minLength: 2, maxLength: 3 },
    ['ab', 'äöü', '\n\t', '🦊🦊'],
    ['a', 'abcd', '🦊'],
  ],
  [
    'a pattern',
    { type: 'string', pattern: '^[A-Z]{2}-\\d+(\\.\\d)?$' },
    ['AB-1', 'AB-12.5'],
    ['AB-', 'ab-1', 'AB-1.'],
  ],
  [
    'a date',
    { type: 'string', format: 'date' },
    ['2026-02-28', '2026-12-31'],
    ['2026-02-30', '2026-13-01', ''],
  ],
  [
    'a property named __proto__',
    JSON.parse('{"type":"object","properties":{"__proto__":{"type":"null"}},"required":["__proto__"]}'),
    [JSON.parse('{"__proto__":null}')],
    [{}],
  ],
] as const)('%s', (_what, schema, right, wrong) => {
  for (const value of right) expect(fits(schema, value), JSON.stringify(value)).toBe(true)
  for (const value of wrong) expect(fits(schema, value), JSON.stringify(value)).toBe(false)
})

test('one blank after a comma or a colon, and no others', () => {
  const schema = object({ a: { type: 'array', items: { type: 'integer' } } }, { required: ['a'] })
  expect(fits(schema, undefined, '{"a": [1, 2]}')).toBe(true)
  for (const text of [' {"a":[1]}', '{"a":[1]} ', '{"a":  [1]}', '{ "a":[1]}', '{"a":[1]}\n', '{"a":[ 1]}']) {
    expect(fits(schema, undefined, text), text).toBe(false)
  }
})

test('escapes are those of JSON, and no half of a surrogate pair', () => {
  for (const text of ['"\\n\\u00e9\\/"', '"\\uD7FF"']) expect(fits(string, undefined, text)).toBe(true)
  for (const text of ['"\\x"', '"\\ud83d"', '"\\u12"', '"\n"', '"a'])
    expect(fits(string, undefined, text)).toBe(false)
})

test.each([
  ['not', { not: {} }],
  ['properties.a.multipleOf', object({ a: { type: 'integer', multipleOf: 3 } })],
  ['items.uniqueItems', { type: 'array', items: { type: 'array', uniqueItems: true } }],
  ['anyOf.1.patternProperties', { anyOf: [{}, { patternProperties: {} }] }],
  ['$defs.a.dependentRequired', { $ref: '#/$defs/a', $defs: { a: { dependentRequired: {} } } }],
  ['format', { type: 'string', format: 'iri' }],
  ['pattern', { type: 'string', pattern: '(?!a)b' }],
  ['pattern', { type: 'string', pattern: '(a)\\1' }],
  ['pattern', { type: 'string', pattern: '(a*)*' }],
  ['pattern', { type: 'string', pattern: '((a{1,100}){1,100}){1,100}' }],
  ['maxLength', { type: 'string', pattern: 'a+', maxLength: 3 }],
  ['properties', { anyOf: [{ type: 'object' }], properties: { a: {} } }],
  ['oneOf', { oneOf: [{ type: 'integer' }, { type: 'number' }] }],
  ['oneOf', { oneOf: [object({ a: string }), object({ b: string })] }],
])('what an answer cannot be kept to is refused by name: %s', (path, schema) => {
  expect(() => grammarOf(schema)).toThrow(
    expect.objectContaining({
      unsupported: true,
      path: path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
    }),
  )
})

test.each([
  ['type', { type: 'text' }],
  ['type', { type: 'string', anyOf: [{ type: 'integer' }] }],
  ['properties.a', object({ a: false })],
  ['required', object({ a: string }, { required: ['b'], additionalProperties: false })],
  ['maxItems', { type: 'array', minItems: 3, maxItems: 2 }],
  ['minLength', { type: 'string', minLength: 100_000 }],
  ['enum', { enum: ['a'], type: 'integer' }],
  ['$ref', { $ref: '#/$defs/nowhere' }],
  ['$ref', { $ref: 'https://example.org/schema' }],
  ['$ref', { $ref: '#/toString' }],
  ['pattern', { type: 'string', pattern: '(' }],
  ['', { type: 'integer', minimum: 3, maximum: 2 }],
])('what is wrong is told by its place: %s', (path, schema) => {
  expect(() => grammarOf(schema)).toThrow(
    expect.objectContaining({ unsupported: false, path: path === '' ? [] : path.split('.') }),
  )
})

/** Definitions d0 to dn, each made from the name of the next. */
function chain(length: number, link: (next: object) => object) {
  const $defs = Object.fromEntries(
    Array.from({ length }, (_, index) => [`d${index}`, link({ $ref: `#/$defs/d${index + 1}` })]),
  )
  return { $ref: '#/$defs/d0', $defs: { ...$defs, [`d${length}`]: string } }
}
const deep = (length: number) => JSON.parse(`${'{"items":'.repeat(length)}{}${'}'.repeat(length)}`)
const tree = object({ x: { $ref: '#' } })
/** Half a second is usual. */
const inTimeMs = 30_000

test.each([
  ['unions that double', chain(30, (next) => ({ anyOf: [next, next] }))],
  ['a long chain of objects', chain(900, (next) => object({ a: next }, { required: ['a'] }))],
  ['a deep schema', deep(300)],
  [
    'many strings of one length',
    object(
      Object.fromEntries(
        Array.from({ length: 500 }, (_, index) => [`p${index}`, { type: 'string', maxLength: 9_999 }]),
      ),
      { required: Array.from({ length: 500 }, (_, index) => `p${index}`) },
    ),
  ],
  ['many alike texts', { enum: Array.from({ length: 1_000 }, (_, index) => 'a'.repeat(index)) }],
])('large, and in time: %s', (_what, schema) => {
  const startedAt = performance.now()
  expect(fits(schema, undefined, 'nothing')).toBe(false)
  expect(performance.now() - startedAt).toBeLessThan(inTimeMs)
})

test.each([
  [
    'references in a circle',
    { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { anyOf: [{ $ref: '#/$defs/a' }, {}] } } },
  ],
  ['a chain of references', chain(5_000, (next) => next)],
  [
    'alternatives that contain each other',
    { anyOf: [tree, object({ x: { $ref: '#' }, y: string }), { type: 'null' }] },
  ],
  [
    'the same through arrays',
    {
      anyOf: [
        { type: 'array', items: { $ref: '#' } },
        { type: 'array', items: { $ref: '#' }, minItems: 1 },
      ],
    },
  ],
  [
    'repetitions without end',
    { anyOf: Array.from({ length: 30 }, (_, index) => ({ type: 'string', maxLength: 1_000 + index })) },
  ],
  ['a very deep schema', deep(20_000)],
  [
    'many properties that may be left out',
    object(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, {}]))),
  ],
])('hostile, and refused in time: %s', (_what, schema) => {
  const startedAt = performance.now()
  expect(() => grammarOf(schema)).toThrow(expect.objectContaining({ name: 'GrammarError' }))
  expect(performance.now() - startedAt).toBeLessThan(inTimeMs)
})
