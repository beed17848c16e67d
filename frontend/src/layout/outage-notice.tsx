import { useEffect, useState, useSyncExternalStore } from 'react'
import { Notice } from '../design/notice.tsx'
import type { Connection } from '../graph/connection.ts'
import styles from './layout.module.css'
import { askHealth, type Outage, outageText } from './outage.ts'

const everyMs = { well: 5_000, away: 1_000 }

/** Says what of Berth is away, while it is. The region stays, so that screen readers tell what comes into it. */
export function OutageNotice({ connection }: { connection: Connection }) {
  const liveness = useSyncExternalStore(connection.onLiveness, connection.liveness)
  const isCutOff = liveness === 'lost'
  const text = outageText(useOutage(isCutOff), isCutOff)
  return (
    <div role="status" className={styles.outage}>
      {text && (
        <Notice kind="warning" role="presentation">
          {text}
        </Notice>
      )}
    </div>
  )
}

/** Asks now and then what is away; at once and often while something seems to be. */
function useOutage(isCutOff: boolean): Outage {
  const [outage, setOutage] = useState<Outage>(null)
  const isAway = isCutOff || outage !== null
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    let isOver = false
    const wait = () => {
      timer = setTimeout(look, isAway ? everyMs.away : everyMs.well)
    }
    async function look() {
      // Nobody reads a hidden page.
      const found = document.hidden ? undefined : await askHealth()
      if (isOver) return
      if (found !== undefined) setOutage(found)
      wait()
    }
    if (isAway) void look()
    else wait()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [isAway])
  return outage
}
