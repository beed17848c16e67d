/** A source that breaks a rule; the message says what would be accepted. */
export class InvalidSource extends Error {
  override name = 'InvalidSource'
}
