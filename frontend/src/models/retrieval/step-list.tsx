import { Badge } from '../../design/badge.tsx'
import type { RetrievalFactsFragment } from '../../generated/graphql.ts'
import { stepLook } from './retrieval.ts'
import styles from './step-list.module.css'

/** The steps of a retrieval in a line. */
export function StepList({ steps }: Pick<RetrievalFactsFragment, 'steps'>) {
  return (
    <ol className={styles.steps} aria-label="Steps">
      {steps.map((step) => {
        const { tone, word, mark } = stepLook(step)
        const again = step.attempts > 1 ? ` (${step.attempts} attempts)` : ''
        return (
          <li key={step.name}>
            <Badge tone={tone}>{`${word}${mark}${again}`}</Badge>
          </li>
        )
      })}
    </ol>
  )
}
