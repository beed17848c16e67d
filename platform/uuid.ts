const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Whether a text is a UUID. Ids come from callers, and Postgres would fail a whole statement for a text that is none. */
export const isUuid = (text: string): boolean => uuid.test(text)
