import type { IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from './errors.ts'
import { type Exchange, type Store, sendEmpty, sendXml } from './exchange.ts'
import { header, type Target } from './request.ts'
import { children, parseDocument, textsOf } from './xml.ts'

/** Which pages may do what with a bucket (S3 API reference, CORSRule). */
export type CorsRule = {
  ID: string[]
  AllowedOrigin: string[]
  AllowedMethod: string[]
  AllowedHeader: string[]
  ExposeHeader: string[]
  MaxAgeSeconds: string[]
}

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']
const mostRules = 100

export async function putCors({ catalog }: Store, exchange: Exchange): Promise<void> {
  const listed = children(parseDocument(await exchange.document(), 'CORSConfiguration'), 'CORSRule')
  const rules = listed.map((rule) => ({
    ID: textsOf(rule, 'ID').slice(0, 1),
    AllowedOrigin: textsOf(rule, 'AllowedOrigin'),
    AllowedMethod: textsOf(rule, 'AllowedMethod'),
    AllowedHeader: textsOf(rule, 'AllowedHeader'),
    ExposeHeader: textsOf(rule, 'ExposeHeader'),
    MaxAgeSeconds: textsOf(rule, 'MaxAgeSeconds').slice(0, 1),
  }))
  const isUsable = ({ AllowedOrigin, AllowedMethod }: CorsRule) =>
    AllowedOrigin.length > 0 && AllowedMethod.length > 0
  if (rules.length === 0 || rules.length > mostRules || !rules.every(isUsable)) {
    throw new S3Error(
      'MalformedXML',
      `A CORS configuration has 1 to ${mostRules} rules with origins and methods.`,
    )
  }
  const unknown = rules.flatMap(({ AllowedMethod }) => AllowedMethod).find((one) => !methods.includes(one))
  if (unknown !== undefined) {
    throw new S3Error('InvalidRequest', `"${unknown}" is not one of ${methods.join(', ')}.`)
  }
  catalog.putCors(exchange.bucket, rules)
  sendEmpty(exchange)
}

export function getCors({ catalog }: Store, exchange: Exchange): void {
  const rules = catalog.cors(exchange.bucket)
  if (rules.length === 0) {
    throw new S3Error('NoSuchCORSConfiguration', 'The bucket has no CORS configuration.')
  }
  sendXml(exchange, 'CORSConfiguration', { CORSRule: rules })
}

export function deleteCors({ catalog }: Store, exchange: Exchange): void {
  catalog.putCors(exchange.bucket, [])
  sendEmpty(exchange, 204)
}

/** `*` stands for any text, once in a pattern. */
function fits(pattern: string, text: string): boolean {
  const [before = '', after] = pattern.split('*', 2)
  if (after === undefined) return pattern === text
  return text.length >= pattern.length - 1 && text.startsWith(before) && text.endsWith(after)
}

/** The first rule that lets a page of this origin make this request; undefined when none does. */
export function ruleFor(
  rules: readonly CorsRule[],
  wanted: { origin: string; method: string; headers: readonly string[] },
): CorsRule | undefined {
  return rules.find(
    ({ AllowedOrigin, AllowedMethod, AllowedHeader }) =>
      AllowedOrigin.some((pattern) => fits(pattern, wanted.origin)) &&
      AllowedMethod.includes(wanted.method) &&
      wanted.headers.every((name) => AllowedHeader.some((pattern) => fits(pattern.toLowerCase(), name))),
  )
}

function grant(response: ServerResponse, { AllowedOrigin, ExposeHeader }: CorsRule, origin: string): void {
  const isAnybody = AllowedOrigin.includes('*')
  response.setHeader('Access-Control-Allow-Origin', isAnybody ? '*' : origin)
  if (!isAnybody) response.setHeader('Access-Control-Allow-Credentials', 'true')
  if (ExposeHeader.length > 0) response.setHeader('Access-Control-Expose-Headers', ExposeHeader.join(', '))
}

/** Lets the page that asks read the answer, whatever that will be, where a rule of the bucket says so. */
export function allowOrigin(
  { catalog }: Store,
  { bucket }: Target,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  const origin = header(incoming, 'origin')
  if (origin === undefined) return
  response.setHeader('Vary', 'Origin')
  const rule = ruleFor(catalog.cors(bucket), { origin, method: incoming.method ?? '', headers: [] })
  if (rule) grant(response, rule, origin)
}

/** Answers what a browser asks before a page's request (Fetch standard, CORS-preflight); nobody signs that. */
export function answerPreflight(
  { catalog }: Store,
  { bucket }: Target,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  const origin = header(incoming, 'origin')
  const method = header(incoming, 'access-control-request-method')
  const asked = header(incoming, 'access-control-request-headers') ?? ''
  const headers = asked
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  if (origin === undefined || method === undefined) {
    throw new S3Error('BadRequest', 'A preflight names an Origin and an Access-Control-Request-Method.')
  }
  const rule = ruleFor(catalog.cors(bucket), { origin, method, headers })
  if (!rule) throw new S3Error('AccessForbidden', 'No CORS rule of the bucket allows this request.')
  grant(response, rule, origin)
  response.setHeader('Access-Control-Allow-Methods', rule.AllowedMethod.join(', '))
  if (headers.length > 0) response.setHeader('Access-Control-Allow-Headers', headers.join(', '))
  const [seconds] = rule.MaxAgeSeconds
  if (seconds !== undefined) response.setHeader('Access-Control-Max-Age', seconds)
  response.setHeader('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method')
  response.end()
}
