import { Facts } from '../../design/facts.tsx'
import { formatCount } from '../../design/formats.ts'
import { Panel } from '../../design/panel.tsx'
import type { VersionDetailFragment } from '../../generated/graphql.ts'
import styles from './version-metadata.module.css'

/** What the file's header says of the model. */
export function VersionMetadata({ metadata }: Pick<VersionDetailFragment, 'metadata'>) {
  if (!metadata) {
    return (
      <Panel title="Model">
        <p className={styles.unknown}>Nothing is known of it until its header was read.</p>
      </Panel>
    )
  }
  return (
    <Panel title="Model">
      <Facts
        facts={[
          ['Architecture', metadata.architecture ?? '–'],
          ['Parameters', formatCount(metadata.parameterCount)],
          ['Quantisation', metadata.quantization ?? '–'],
          ['Context', numberText(metadata.contextLength, 'tokens')],
          ['Layers', numberText(metadata.blockCount)],
          ['Width', numberText(metadata.embeddingLength)],
          ['Heads', numberText(metadata.headCount)],
          ['Key-value heads', numberText(metadata.headCountKv)],
          ['Tokenizer', metadata.tokenizer ?? '–'],
          ['Vocabulary', numberText(metadata.vocabularySize, 'tokens')],
          ['Tensors', numberText(metadata.tensorCount)],
          ['Licence', metadata.license ?? '–'],
        ]}
      />
      {metadata.chatTemplate && (
        <details className={styles.template}>
          <summary>Chat template</summary>
          <pre>
            <code>{metadata.chatTemplate}</code>
          </pre>
        </details>
      )}
    </Panel>
  )
}

function numberText(value: number | null | undefined, unit = ''): string {
  return value === null || value === undefined ? '–' : `${value.toLocaleString('en')} ${unit}`.trim()
}
