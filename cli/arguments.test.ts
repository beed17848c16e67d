import { expect, test } from 'vitest'
import { type Options, readArguments, UsageError } from './arguments.ts'

const read = (args: string[], environment = {}) => readArguments(args, environment, '/home/ann')

test('a file and a name are enough', () => {
  expect(read(['models/tiny.gguf', '--name', 'tiny'])).toMatchObject({
    file: '/home/ann/models/tiny.gguf',
    fileName: 'tiny.gguf',
    name: 'tiny',
    tag: 'latest',
    shared: false,
    url: 'http://127.0.0.1:4000',
  })
})

test('flags win over the environment', () => {
  const environment = { BERTH_URL: 'https://one.example/', BERTH_DATA: '/var/berth' }
  const given = read(['f', '--name', 'n', '--token-file', 't'], environment) as Options
  expect([given.url, given.data, given.tokenFile]).toEqual([
    'https://one.example',
    '/var/berth',
    '/home/ann/t',
  ])
  const other = read(
    ['f', '--name', 'n', '--url', 'https://two.example', '--data', 'd'],
    environment,
  ) as Options
  expect([other.url, other.data]).toEqual(['https://two.example', '/home/ann/d'])
})

test('help needs nothing else', () => {
  expect(read(['--help'])).toBe('help')
  expect(read(['-h'])).toBe('help')
})

test.each([
  ['no file', ['--name', 'n']],
  ['two files', ['a', 'b', '--name', 'n']],
  ['no name', ['a']],
  ['an unknown flag', ['a', '--name', 'n', '--what']],
  ['no address', ['a', '--name', 'n', '--url', 'berth']],
  ['plain http to elsewhere', ['a', '--name', 'n', '--url', 'http://berth.example']],
])('%s is a mistake', (_case, args) => {
  expect(() => read(args)).toThrow(UsageError)
})
