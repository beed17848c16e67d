import { XMLBuilder, XMLParser } from 'fast-xml-parser'
import { S3Error } from './errors.ts'

const xmlNamespace = 'http://s3.amazonaws.com/doc/2006-03-01/'
const namedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Control characters leave as numeric references, as S3 does it, though XML 1.0 has no place for them:
 * a key may hold any of them, and `encoding-type=url` is how a client avoids the matter.
 */
export function escapeText(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  return text.replace(/[&<>\p{Cc}]/gu, (one) => named[one] ?? `&#x${one.charCodeAt(0).toString(16)};`)
}

/** One pass, so that `&amp;lt;` stays `&lt;`; the parser's own entities are off because it caps their number. */
export function unescapeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name) return namedEntities[name] ?? whole
    const point = Number.parseInt(hex ?? decimal, hex ? 16 : 10)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  suppressEmptyNode: false,
  tagValueProcessor: (_name, value) => escapeText(String(value)),
})

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  removeNSPrefix: true,
  tagValueProcessor: (_name, value) => unescapeText(value),
})

export function document(root: string, content: object, namespaced = true): string {
  const attributes = namespaced ? { '@xmlns': xmlNamespace } : {}
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: { ...attributes, ...content } })}`
}

export function errorDocument(error: S3Error, resource: string, requestId: string): string {
  const { code: Code, message: Message, details } = error
  return document('Error', { Code, Message, Resource: resource, RequestId: requestId, ...details }, false)
}

export type Element = { [name: string]: unknown }

/** The content of the root element; throws MalformedXML when the text is no XML or has another root. */
export function parseDocument(text: string, root: string): Element {
  const malformed = new S3Error('MalformedXML', `The body is not a well-formed ${root} document.`)
  if (/<!DOCTYPE/i.test(text)) throw malformed
  try {
    const found = (parser.parse(text, true) as Element)[root]
    if (typeof found === 'object' && found !== null) return found as Element
  } catch {
    throw malformed
  }
  throw malformed
}

/** The child elements of that name, none, one or many. */
export function children(parent: Element, name: string): Element[] {
  const found = parent[name]
  const list = Array.isArray(found) ? found : [found]
  return list.filter((child): child is Element => typeof child === 'object' && child !== null)
}

export function textOf(parent: Element, name: string): string | undefined {
  const found = parent[name]
  return typeof found === 'string' ? found : undefined
}
