import type { Tone } from '../design/badge.tsx'
import type { ServerStatus } from '../generated/graphql.ts'

const looks: Record<ServerStatus, { tone: Tone; word: string }> = {
  PENDING: { tone: 'busy', word: 'Pending' },
  RETRIEVING: { tone: 'busy', word: 'Retrieving model' },
  STARTING: { tone: 'busy', word: 'Starting' },
  READY: { tone: 'good', word: 'Ready' },
  DEGRADED: { tone: 'busy', word: 'Degraded' },
  STOPPED: { tone: 'calm', word: 'Stopped' },
  FAILED: { tone: 'bad', word: 'Failed' },
  DELETING: { tone: 'busy', word: 'Deleting' },
}

/** How a server's status is shown. */
export const statusLook = (status: ServerStatus) => looks[status]
