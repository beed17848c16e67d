import { expect, test } from 'vitest'
import { InvalidSource, parseSource, withoutQuery } from './uri.ts'

const rules = {
  buckets: ['upstream'],
  allow: ['127.0.0.1:9000', 'files.internal'],
  hub: new URL('http://10.0.0.1:8080/'),
}

test('an s3 source names a configured upstream and a key', () => {
  expect(parseSource('s3://upstream/a/b c.gguf'.replace(' ', '+'), rules)).toEqual({
    kind: 's3',
    upstream: 'upstream',
    key: 'a/b+c.gguf',
  })
})

test('an https source keeps its query string for the fetch and loses it for the eye', () => {
  const source = parseSource('https://Example.com/m.gguf?sig=secret#part', rules)
  expect(source).toMatchObject({ kind: 'https', shown: 'https://Example.com/m.gguf' })
  expect(source.kind === 'https' && source.url.href).toBe('https://example.com/m.gguf?sig=secret')
  expect(withoutQuery('https://h/x?a=1&b=2')).toBe('https://h/x')
})

test('an exempted host may speak http, by its name or with its port', () => {
  expect(parseSource('http://127.0.0.1:9000/x.gguf', rules).kind).toBe('https')
  expect(parseSource('http://files.internal:81/x.gguf', rules).kind).toBe('https')
  expect(() => parseSource('http://127.0.0.1:9001/x.gguf', rules)).toThrow(InvalidSource)
})

test("a hub's source names a file, and so does the address of its page there", () => {
  const address = { repository: 'acme/tiny', revision: 'v1', path: 'tiny.gguf' }
  expect(parseSource('hf://acme/tiny@v1/tiny.gguf', rules)).toEqual({ kind: 'hf', address })
  // The hub is configuration: it may be private and speak http, but for its files only.
  expect(parseSource('http://10.0.0.1:8080/acme/tiny/blob/v1/tiny.gguf', rules)).toEqual({
    kind: 'hf',
    address,
  })
  expect(() => parseSource('http://10.0.0.1:8080/api/whoami-v2', rules)).toThrow('plain http')
})

test.each([
  ['s3://models/x.gguf', 'The bucket "models" is not a configured upstream; these are: upstream.'],
  ['s3://upstream/\ud800', 'no control characters'],
  ['s3://KEY:SECRET@upstream/x.gguf', 'A source holds no keys'],
  ['s3://upstream/', 's3://<bucket>/<key>'],
  ['s3://upstream', 's3://<bucket>/<key>'],
  ['s3://upstream/x?versionId=1', 'without a question mark'],
  [`s3://upstream/${'k'.repeat(1_025)}`, '1,024 bytes'],
  ['s3://upstream/../models/x.gguf', 'no part that is . or ..'],
  ['s3://upstream/a/./x.gguf', 'no part that is . or ..'],
  ['http://example.com/x.gguf', 'plain http'],
  ['https://user:pw@example.com/x.gguf', 'no user name'],
  ['https://example.com/a b', 'no blanks'],
  ['https://', 's3://upstream/<key> or https://<public host>/<path>'],
  ['hf://acme/tiny', 'hf://<org>/<repository>/<file>'],
  ['hf://acme/tiny/a b.gguf', 'no blanks'],
  ['file:///etc/passwd', 'no source that Berth can retrieve'],
  ['ftp://example.com/x.gguf', 'or hf://<org>/<repository>/<file>.'],
  ['storyteller', 'no source that Berth can retrieve'],
  [`https://example.com/${'x'.repeat(2_048)}`, 'at most 2048'],
])('%s is refused', (uri, why) => {
  expect(() => parseSource(uri, rules)).toThrow(why)
})
