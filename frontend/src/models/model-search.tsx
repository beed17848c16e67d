import { useEffect, useEffectEvent, useState } from 'react'
import { useSearchParams } from 'react-router'
import { Field } from '../design/field.tsx'
import styles from './model-search.module.css'

const restMs = 250

/** What is searched for: it stands in the page's address, so that a reload, a bookmark and the way back keep it. */
export function useSearch(): [search: string, setSearch: (text: string) => void] {
  const [parameters, setParameters] = useSearchParams()
  const setSearch = (text: string) => setParameters(text ? { search: text } : {}, { replace: true })
  return [parameters.get('search') ?? '', setSearch]
}

interface ModelSearchProps {
  search: string
  /** Called when the person pauses, not for each key. */
  onSearch(text: string): void
}

export function ModelSearch({ search, onSearch }: ModelSearchProps) {
  const [text, setText] = useState(search)
  const tell = useEffectEvent(() => {
    if (text.trim() !== search) onSearch(text.trim())
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: each key begins the pause anew.
  useEffect(() => {
    const timer = setTimeout(() => tell(), restMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div className={styles.search}>
      <Field
        label="Search"
        type="search"
        placeholder="Name, description or tag"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  )
}
