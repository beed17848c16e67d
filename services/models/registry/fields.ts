import type { Viewer } from './visible.ts'

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

/** A model's name. @throws InvalidField */
export function checkName(name: string): string {
  if (!label.test(name)) throw new InvalidField('name', `A model's name has ${labelRule}.`)
  return name
}

/** A version's tag. @throws InvalidField */
export function checkTag(tag: string): string {
  if (!label.test(tag)) throw new InvalidField('tag', `A tag has ${labelRule}.`)
  return tag
}

/** A model's description, composed (UAX #15, NFC) and without blanks around it; null for an empty one. @throws InvalidField */
export function checkDescription(text: string | null | undefined): string | null {
  const description = text?.trim().normalize() || null
  if (description === null) return null
  if (description.length > mostDescription) {
    throw new InvalidField('description', `A description has at most ${mostDescription} characters.`)
  }
  if (!isStorable(description) || unreadable.test(description)) {
    throw new InvalidField(
      'description',
      'A description has no control characters, none that turn the direction of text, and at most 30 marks on a letter; take them out.',
    )
  }
  return description
}

/** Whether a model is to be in the shared catalogue. @throws InvalidField for whoever may not put it there */
export function checkShared(shared: boolean | null | undefined, viewer: Viewer): boolean {
  if (shared && !viewer.isAdmin) {
    throw new InvalidField(
      'shared',
      'Only an admin puts models into the shared catalogue; leave `shared` out.',
    )
  }
  return shared ?? false
}
