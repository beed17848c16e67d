/** What a person wrote into a field, without the space around it; null for nothing. */
export const textOf = (form: FormData, name: string): string | null =>
  String(form.get(name) ?? '').trim() || null
