import { useEffect, useEffectEvent } from 'react'
import { type CombinedError, useSubscription } from 'urql'
import { graphql } from '../../generated/gql.ts'
import type { RetrievalFactsFragment, VersionFactsFragment } from '../../generated/graphql.ts'
import { isOver } from './retrieval.ts'

const RetrievalChanged = graphql(`
  subscription Retrieval($versionId: ID!) {
    retrieval(versionId: $versionId) { ...RetrievalFacts }
  }
`)

export interface LiveRetrieval {
  retrieval: RetrievalFactsFragment | null
  /** It is followed as it goes on; else it is as old as the version. */
  isLive: boolean
  error: CombinedError | undefined
}

/**
 * A version's newest retrieval as it is now: followed while it runs, and as it was asked for once it is over.
 * @param onEnd it has just ended, and the version is another
 */
export function useLiveRetrieval(
  { id, status, retrieval }: Pick<VersionFactsFragment, 'id' | 'status' | 'retrieval'>,
  onEnd: () => void,
): LiveRetrieval {
  const runs = status === 'RETRIEVING'
  const [{ data, error }] = useSubscription({
    query: RetrievalChanged,
    variables: { versionId: id },
    pause: !runs,
  })
  const tellEnd = useEffectEvent(onEnd)
  // What is left of a subscription before this one tells of a retrieval that is over: its end was told then.
  const live = runs ? data?.retrieval : undefined
  const ended = live !== undefined && isOver(live) ? live.id : undefined
  useEffect(() => {
    if (ended !== undefined) tellEnd()
  }, [ended])
  return { retrieval: live ?? retrieval ?? null, isLive: live !== undefined, error: runs ? error : undefined }
}
