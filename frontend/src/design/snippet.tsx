import { CopyButton } from './copy-button.tsx'
import styles from './snippet.module.css'

/** Code to be copied whole. */
export function Snippet({ title, code }: { title: string; code: string }) {
  return (
    <figure className={styles.snippet}>
      <figcaption>
        {title}
        <CopyButton text={code} what={title} />
      </figcaption>
      <pre>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
