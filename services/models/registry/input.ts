import type { RegisterModelInput } from '@berth/schema/generated/models.ts'
import { InvalidSource, parseSource, type SourceRules } from '../source/uri.ts'
import type { Viewer } from './visible.ts'

/** A registration whose fields all keep the rules. */
export interface Registration {
  name: string
  tag: string
  description: string | null
  /** Null for the shared catalogue. */
  tenantId: string | null
  sourceUri: string
  sourceSha256: string | null
}

/** A field that breaks a rule; `field` is its path in the input. */
export class InvalidField extends Error {
  override name = 'InvalidField'
  readonly field: string
  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

const label = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/
const labelRule =
  '1 to 63 lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit'
const mostDescription = 2_000

/** Postgres holds no NUL in a text and fails the whole statement that has one; half a surrogate pair it would change. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/**
 * What does not belong into a text for people: control characters other than ends of lines, overrides of the direction,
 * and more marks on one letter than any language has (UAX #15, Stream-Safe Text Format).
 */
const unreadable = /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]|\p{M}{31}/u

/** @throws InvalidField */
export function checkRegistration(
  input: RegisterModelInput,
  viewer: Viewer,
  rules: SourceRules,
): Registration {
  const { name, source } = input
  const tag = input.tag ?? 'latest'
  const description = input.description?.trim().normalize() || null
  if (!label.test(name)) throw new InvalidField('name', `A model's name has ${labelRule}.`)
  if (!label.test(tag)) throw new InvalidField('tag', `A tag has ${labelRule}.`)
  if (description && description.length > mostDescription) {
    throw new InvalidField('description', `A description has at most ${mostDescription} characters.`)
  }
  if (description && (!isStorable(description) || unreadable.test(description))) {
    throw new InvalidField(
      'description',
      'A description has no control characters, none that turn the direction of text, and at most 30 marks on a letter; take them out.',
    )
  }
  if (input.shared && !viewer.isAdmin) {
    throw new InvalidField(
      'shared',
      'Only an admin puts models into the shared catalogue; leave `shared` out.',
    )
  }
  const sourceSha256 = source.sha256?.toLowerCase() ?? null
  if (sourceSha256 !== null && !/^[0-9a-f]{64}$/.test(sourceSha256)) {
    throw new InvalidField('source.sha256', 'A SHA-256 digest has 64 hexadecimal digits.')
  }
  try {
    parseSource(source.uri, rules)
  } catch (error) {
    if (error instanceof InvalidSource) throw new InvalidField('source.uri', error.message)
    throw error
  }
  const tenantId = input.shared ? null : viewer.tenantId
  return { name, tag, description, tenantId, sourceUri: source.uri, sourceSha256 }
}
