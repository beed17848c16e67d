const most = 60

/**
 * A caller's own text as it may stand in a message: quoted, cut, and with everything that cannot be seen, or that turns the
 * order of reading, written out as `\u{202e}`.
 */
export function quote(text: string): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{M}]/gu
  return `"${cut.replace(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}"`
}
