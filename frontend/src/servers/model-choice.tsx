import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { Select } from '../design/field.tsx'
import type { DeployableModelsQuery } from '../generated/graphql.ts'

export type DeployableModel = DeployableModelsQuery['models']['edges'][number]['node']

interface ModelChoiceProps {
  models: readonly DeployableModel[]
  /** What the contract says against a field, by the field's path. */
  wrong: ReadonlyMap<string | null | undefined, string>
}

/** Which model, and which of its versions; the page's address may name both. */
export function ModelChoice({ models, wrong }: ModelChoiceProps) {
  const [parameters] = useSearchParams()
  const asked = parameters.get('model')
  const [name, setName] = useState(asked ?? models[0]?.name ?? '')
  const names = models.map((model) => model.name)
  const versions = models.find((model) => model.name === name)?.versions ?? []
  return (
    <>
      <Select
        label="Model"
        name="model"
        required
        value={name}
        onChange={({ target }) => setName(target.value)}
        error={wrong.get('model')}
      >
        {/* More models than are listed here may be there. */}
        {(asked === null || names.includes(asked) ? names : [asked, ...names]).map((each) => (
          <option key={each}>{each}</option>
        ))}
      </Select>
      {versions.length > 1 && (
        <Select
          label="Version"
          name="versionId"
          key={name}
          defaultValue={parameters.get('version') ?? ''}
          error={wrong.get('versionId')}
        >
          <option value="">{`the latest (${versions[0]?.tag})`}</option>
          {versions.map(({ id, tag }) => (
            <option key={id} value={id}>
              {tag}
            </option>
          ))}
        </Select>
      )}
    </>
  )
}
