import { badRequest } from './errors.ts'
import { at, type Fields, type KubeObject, type LabelSelector } from './objects.ts'

export type Labels = Record<string, string> | undefined
export type Matches<T> = (value: T) => boolean

/** A LabelSelector object, as in `spec.selector`. An absent selector matches nothing, an empty one everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    if (labels?.[key] !== value) return false
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels?.[key]
    if (operator === 'Exists') return value !== undefined
    if (operator === 'DoesNotExist') return value === undefined
    if (operator === 'In') return value !== undefined && values.includes(value)
    return value === undefined || !values.includes(value)
  })
}

const requirement =
  /^\s*(?:(!)\s*([^\s=!,()]+)|([^\s=!,()]+)\s*(?:(==|=|!=)\s*([^\s,()]*)|\s(in|notin)\s*\(([^)]*)\))?)\s*$/

/** Splits at commas that stand outside parentheses. */
function terms(text: string): string[] {
  return text.split(/,(?![^(]*\))/).filter((term) => term.trim() !== '')
}

/** Parses `labelSelector` of the API: equality and set requirements. */
export function parseLabelSelector(text: string): Matches<Labels> {
  const tests = terms(text).map((term): Matches<Labels> => {
    const found = requirement.exec(term)
    if (!found) throw badRequest(`unable to parse requirement: found '${term.trim()}'`)
    const [, not, absent, key = '', equality, value, setOperator, list = ''] = found
    if (not) return (labels) => labels?.[absent ?? ''] === undefined
    if (setOperator) {
      const values = list.split(',').map((item) => item.trim())
      if (setOperator === 'in') return (labels) => values.includes(labels?.[key] ?? '\0')
      return (labels) => !values.includes(labels?.[key] ?? '\0')
    }
    if (equality === '!=') return (labels) => labels?.[key] !== value
    if (equality) return (labels) => labels?.[key] === value
    return (labels) => labels?.[key] !== undefined
  })
  return (labels) => tests.every((test) => test(labels))
}

/** The fields that a real API server indexes for the kinds here (kubectl describe and informers use them). */
const selectable =
  /^(metadata\.(name|namespace)|status\.(phase|podIP)|spec\.nodeName|involvedObject\.\w+|reason|type)$/

/** Parses `fieldSelector` of the API. */
export function parseFieldSelector(text: string): Matches<Fields> {
  const tests = terms(text).map((term): Matches<Fields> => {
    const found = /^([^=!]+)(==|=|!=)(.*)$/.exec(term.trim())
    if (!found) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`)
    const [, field = '', operator, value] = found
    if (!selectable.test(field)) throw badRequest(`field label not supported: ${field}`)
    const path = field.split('.')
    return (object) => (String(at(object, ...path) ?? '') === value) === (operator !== '!=')
  })
  return (object) => tests.every((test) => test(object))
}

/** `labelSelector` and `fieldSelector` of a request together. */
export function selectsOf(query: URLSearchParams): Matches<KubeObject> {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '')
  return (object) => labels(object.metadata.labels) && fields(object)
}
