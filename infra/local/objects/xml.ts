import { XMLBuilder, XMLParser } from 'fast-xml-parser'
import { S3Error } from './errors.ts'

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  tagValueProcessor: (_name, value) => escapeText(String(value)),
})

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  htmlEntities: true,
  // A completion has 20,000 quotes; a body is bounded, and a DOCTYPE, which could multiply them, is refused.
  processEntities: { enabled: true, maxTotalExpansions: 1e6, maxExpandedLength: 1e7 },
})

/**
 * Control characters leave as numeric references, as S3 does it, though XML 1.0 has no place for them:
 * a key may hold any of them, and `encoding-type=url` is how a client avoids the matter.
 */
function escapeText(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  return text.replace(/[&<>\p{Cc}]/gu, (one) => named[one] ?? `&#x${one.charCodeAt(0).toString(16)};`)
}

export function document(root: string, content: object): string {
  const attributes = root === 'Error' ? {} : { '@xmlns': 'http://s3.amazonaws.com/doc/2006-03-01/' }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: { ...attributes, ...content } })}`
}

export type Element = { [name: string]: unknown }

/** The content of the root element; throws MalformedXML when the text is no XML or has another root. */
export function parseDocument(text: string, root: string): Element {
  try {
    const found = /<!DOCTYPE/i.test(text) ? undefined : (parser.parse(text, true) as Element)[root]
    if (typeof found === 'object' && found !== null) return found as Element
  } catch {
    // As one that parses and is something else.
  }
  throw new S3Error('MalformedXML', `The body is not a well-formed ${root} document.`)
}

/** The child elements of that name, none, one or many. */
export function children(parent: Element, name: string): Element[] {
  return [parent[name]]
    .flat()
    .filter((child): child is Element => typeof child === 'object' && child !== null)
}

/** The texts of the child elements of that name, none, one or many. */
export const textsOf = (parent: Element, name: string): string[] =>
  [parent[name]].flat().filter((child): child is string => typeof child === 'string')

export function textOf(parent: Element, name: string): string | undefined {
  const found = parent[name]
  return typeof found === 'string' ? found : undefined
}
