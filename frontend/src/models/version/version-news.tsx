import { useState } from 'react'
import { Announcement } from '../../design/announcement.tsx'
import type { RetrievalFactsFragment, VersionFactsFragment } from '../../generated/graphql.ts'
import { retrievalNews } from '../retrieval/retrieval.ts'
import { versionLook } from './version.ts'

interface VersionNewsProps {
  /** The model's name and the version's tag. */
  name: string
  version: VersionFactsFragment
  retrieval: RetrievalFactsFragment | null
}

/** Tells those who do not see it how a retrieval goes on, and what became of the version; silent where nothing ran. */
export function VersionNews({ name, version, retrieval }: VersionNewsProps) {
  const runs = version.status === 'RETRIEVING'
  const [hasRun, setHasRun] = useState(runs)
  if (runs && !hasRun) setHasRun(true)
  const news = runs && retrieval ? retrievalNews(retrieval) : versionLook(version).word
  return <Announcement>{hasRun ? `${name}: ${news}` : ''}</Announcement>
}
