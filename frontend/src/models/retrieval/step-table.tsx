import { Badge } from '../../design/badge.tsx'
import { formatDuration } from '../../design/formats.ts'
import { Instant } from '../../design/instant.tsx'
import { Table } from '../../design/table.tsx'
import type { RetrievalFactsFragment } from '../../generated/graphql.ts'
import { stepLook } from './retrieval.ts'

const columns = ['Step', 'Status', 'Attempts', 'Began', 'Took']
const statusWords = { PENDING: 'To come', RUNNING: 'Running', SUCCEEDED: 'Done', FAILED: 'Failed' }

/** Every step of a retrieval with its times. */
export function StepTable({ steps }: Pick<RetrievalFactsFragment, 'steps'>) {
  return (
    <Table label="Steps" columns={columns}>
      {steps.map((step) => {
        const { tone, word } = stepLook(step)
        return (
          <tr key={step.name} data-step={step.name}>
            <th scope="row">{word}</th>
            <td>
              <Badge tone={tone}>{statusWords[step.status]}</Badge>
            </td>
            <td>{step.attempts || '–'}</td>
            <td>
              <Instant at={step.startedAt} />
            </td>
            <td>{tookText(step)}</td>
          </tr>
        )
      })}
    </Table>
  )
}

function tookText({ startedAt, finishedAt }: RetrievalFactsFragment['steps'][number]): string {
  if (!startedAt || !finishedAt) return '–'
  const ms = Date.parse(finishedAt) - Date.parse(startedAt)
  return ms < 1_000 ? `${ms} ms` : formatDuration(ms / 1_000)
}
