import { useState } from 'react'
import type { Mistake } from '../graph/failure.ts'

/** What a form was told is wrong, for its fields by their paths, and for a notice above them where it is about none of these. */
export function useMistake(fields: readonly string[]) {
  const [mistake, setMistake] = useState<Mistake>()
  return {
    setMistake,
    errorOf: (field: string) => (mistake?.field === field ? mistake.message : undefined),
    elsewhere: mistake && !fields.includes(mistake.field ?? '') ? mistake.message : undefined,
  }
}
