import { useQuery } from 'urql'
import { formatBytes } from '../design/formats.ts'
import { graphql } from '../generated/gql.ts'
import type { ModelStorageFactsFragment } from '../generated/graphql.ts'
import { useKeptData } from '../graph/use-kept-data.ts'
import { useRefresh } from '../graph/use-refresh.ts'
import { useRetry } from '../graph/use-retry.ts'
import styles from './storage-meter.module.css'

const ModelStorage = graphql(`
  query ModelStorage {
    modelStorage { ...ModelStorageFacts }
  }
  fragment ModelStorageFacts on ModelStorage { usedBytes reservedBytes limitBytes }
`)

/** How full the tenant's store is. It is no reason to show nothing else, so it is silent while it cannot be told. */
export function StorageMeter() {
  const [{ data, error }, refetch] = useQuery({ query: ModelStorage, requestPolicy: 'cache-and-network' })
  const again = () => refetch({ requestPolicy: 'network-only' })
  useRetry(error, again)
  useRefresh(again)
  const storage = useKeptData(data)?.modelStorage
  return storage ? <Meter storage={storage} /> : null
}

export function Meter({ storage }: { storage: ModelStorageFactsFragment }) {
  const { usedBytes, reservedBytes, limitBytes } = storage
  const percent = (bytes: number) => `${Math.min(100, (100 * bytes) / Math.max(limitBytes, 1))}%`
  const isTight = usedBytes + reservedBytes > 0.9 * limitBytes
  return (
    <div className={styles.meter}>
      {/* The words say it all. */}
      <div aria-hidden="true" className={styles.bar} data-tight={isTight}>
        <span className={styles.used} style={{ width: percent(usedBytes) }} />
        <span className={styles.reserved} style={{ width: percent(reservedBytes) }} />
      </div>
      <p>
        <strong>Storage</strong> {formatBytes(usedBytes)} of {formatBytes(limitBytes)}
        {reservedBytes > 0 && `, ${formatBytes(reservedBytes)} on the way`}
      </p>
    </div>
  )
}
