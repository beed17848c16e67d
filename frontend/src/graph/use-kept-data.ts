import { useState } from 'react'

/** The newest answer there was: asking again in vain, as in an outage, takes nothing from the page. */
export function useKeptData<Data>(data: Data | null | undefined): Data | undefined {
  const [kept, setKept] = useState(data ?? undefined)
  if (data && data !== kept) setKept(data)
  return data ?? kept
}
