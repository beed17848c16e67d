import { expect, it } from 'vitest'
import { children, document, parseDocument, textOf } from './xml.ts'

const KEYS = [' spaces ', '<&>"\'', '&amp;lt;', 'line\r\nbreak', '007', 'é\u{1f600}']

it('carries any key there and back', () => {
  const text = document('Delete', { Object: KEYS.map((Key) => ({ Key })) })
  expect(children(parseDocument(text, 'Delete'), 'Object').map((one) => textOf(one, 'Key'))).toEqual(KEYS)
})

it('reads as many entities as 10,000 quoted ETags have', () => {
  const parts = '<Part><ETag>&quot;e&quot;</ETag></Part>'.repeat(10_000)
  const found = children(parseDocument(`<C xmlns="urn:x">${parts}</C>`, 'C'), 'Part')
  expect([found.length, textOf(found[9_999] ?? {}, 'ETag')]).toEqual([10_000, '"e"'])
})

it.each([
  '',
  'text',
  '<A>',
  '<B/>',
  '<!DOCTYPE A [<!ENTITY e "e">]><A>&e;</A>',
  '<A><B></A></B>',
  '<A>'.repeat(50_000),
])('refuses %.20s', (text) => {
  expect(() => parseDocument(text, 'A')).toThrow(expect.objectContaining({ code: 'MalformedXML' }))
})
