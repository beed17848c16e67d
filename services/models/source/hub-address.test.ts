import { expect, test } from 'vitest'
import { hubFileAt, hubUri, parseHubUri, resolveUrl } from './hub-address.ts'

const hub = new URL('https://hub.example.com/')
const mirror = new URL('https://mirror.example.com/api/models')

test.each([
  [
    'hf://acme/tiny-GGUF/tiny.gguf',
    { repository: 'acme/tiny-GGUF', revision: 'main', path: 'tiny.gguf' },
    'https://hub.example.com/acme/tiny-GGUF/resolve/main/tiny.gguf',
  ],
  [
    'hf://models/acme/tiny/q4/tiny.gguf',
    { repository: 'acme/tiny', revision: 'main', path: 'q4/tiny.gguf' },
    'https://hub.example.com/acme/tiny/resolve/main/q4/tiny.gguf',
  ],
  [
    'hf://acme/tiny@v1.0/tiny.gguf',
    { repository: 'acme/tiny', revision: 'v1.0', path: 'tiny.gguf' },
    'https://hub.example.com/acme/tiny/resolve/v1.0/tiny.gguf',
  ],
  [
    'hf://acme/tiny@refs/pr/7/tiny.gguf',
    { repository: 'acme/tiny', revision: 'refs/pr/7', path: 'tiny.gguf' },
    'https://hub.example.com/acme/tiny/resolve/refs%2Fpr%2F7/tiny.gguf',
  ],
  [
    'hf://acme/tiny@feature%2Fnew/a%20b%3Fc%25.gguf',
    { repository: 'acme/tiny', revision: 'feature/new', path: 'a b?c%.gguf' },
    'https://hub.example.com/acme/tiny/resolve/feature%2Fnew/a%20b%3Fc%25.gguf',
  ],
  [
    'hf://acme/tiny/weights@home/größe.gguf',
    { repository: 'acme/tiny', revision: 'main', path: 'weights@home/größe.gguf' },
    'https://hub.example.com/acme/tiny/resolve/main/weights%40home/gr%C3%B6%C3%9Fe.gguf',
  ],
])('%s', (uri, address, url) => {
  expect(parseHubUri(uri)).toEqual(address)
  expect(parseHubUri(hubUri(address))).toEqual(address)
  expect(resolveUrl(hub, address).href).toBe(url)
})

test.each([
  ['hf://', 'hf://<org>/<repository>/<file>'],
  ['hf://acme/tiny', 'hf://<org>/<repository>/<file>'],
  ['hf://acme/tiny/', 'hf://<org>/<repository>/<file>'],
  ['hf://tiny.gguf', 'hf://<org>/<repository>/<file>'],
  ['hf://acme/tiny/tiny.gguf?download=true', 'hf://<org>/<repository>/<file>'],
  ['hf://acme/tiny/tiny.gguf#1', 'hf://<org>/<repository>/<file>'],
  ['hf://token@acme/tiny/tiny.gguf', 'hf://<org>/<repository>/<file>'],
  ['hf://datasets/acme/tiny/tiny.gguf', "a file of a model's repository"],
  ['hf://models/acme/tiny.gguf', "a file of a model's repository"],
  ['hf://../tiny/tiny.gguf', 'letters, digits, hyphens'],
  ['hf://acme/ti..ny/tiny.gguf', 'letters, digits, hyphens'],
  ['hf://acme/ti--ny/tiny.gguf', 'letters, digits, hyphens'],
  ['hf://acme/-tiny/tiny.gguf', 'letters, digits, hyphens'],
  [`hf://acme/${'t'.repeat(97)}/tiny.gguf`, '96 at most'],
  ['hf://acme/%74iny/tiny.gguf', 'letters, digits, hyphens'],
  ['hf://acme/tiny@../tiny.gguf', 'a branch, a tag or a commit'],
  ['hf://acme/tiny@%2E%2E%2Fapi/tiny.gguf', 'a branch, a tag or a commit'],
  ['hf://acme/tiny@%00/tiny.gguf', 'a branch, a tag or a commit'],
  ['hf://acme/tiny@%zz/tiny.gguf', 'a branch, a tag or a commit'],
  ['hf://acme/tiny/a/../../../api/whoami', 'without empty parts'],
  ['hf://acme/tiny/a/%2e%2e/b.gguf', 'without empty parts'],
  ['hf://acme/tiny/a%2F..%2Fb.gguf', 'without empty parts'],
  ['hf://acme/tiny//tiny.gguf', 'without empty parts'],
  ['hf://acme/tiny/%0d%0a.gguf', 'without empty parts'],
  ['hf://acme/tiny/%ff.gguf', 'without empty parts'],
])('%s is refused', (uri, why) => {
  expect(() => parseHubUri(uri)).toThrow(why)
})

test("a mirror's path stays before the repository", () => {
  const address = { repository: 'acme/tiny', revision: 'main', path: 'tiny.gguf' }
  const url = resolveUrl(mirror, address)
  expect(url.href).toBe('https://mirror.example.com/api/models/acme/tiny/resolve/main/tiny.gguf')
  expect(hubFileAt(url, mirror)).toEqual(address)
})

test.each([
  ['/acme/tiny/blob/main/tiny.gguf', { repository: 'acme/tiny', revision: 'main', path: 'tiny.gguf' }],
  ['/acme/tiny/resolve/v1/a/b.gguf?download=true', { revision: 'v1', path: 'a/b.gguf' }],
  ['/acme/tiny/raw/refs%2Fpr%2F1/tiny.gguf', { revision: 'refs/pr/1' }],
])("the hub's page %s is the page of a file", (page, address) => {
  expect(hubFileAt(new URL(page, hub), hub)).toMatchObject(address)
})

test.each([
  'https://hub.example.com/acme/tiny',
  'https://hub.example.com/acme/tiny/tree/main',
  'https://hub.example.com/datasets/acme/tiny/resolve/main/x.gguf',
  'http://hub.example.com/acme/tiny/blob/main/tiny.gguf',
  'https://hub.example.com:444/acme/tiny/blob/main/tiny.gguf',
  'https://elsewhere.example.com/acme/tiny/blob/main/tiny.gguf',
])('%s is no page of a file at the hub', (page) => {
  expect(hubFileAt(new URL(page), hub)).toBeUndefined()
})
