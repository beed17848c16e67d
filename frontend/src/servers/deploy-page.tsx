import { type FormEvent, useState } from 'react'
import { useNavigate } from 'react-router'
import { type UseQueryState, useMutation, useQuery } from 'urql'
import { Button } from '../design/button.tsx'
import { ButtonLink } from '../design/button-link.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { Empty, PageHead, Panel } from '../design/panel.tsx'
import { graphql } from '../generated/gql.ts'
import type { PlanServerInput, PlanServerQuery } from '../generated/graphql.ts'
import { failureText } from '../graph/failure.ts'
import { useRetry } from '../graph/use-retry.ts'
import styles from './deploy-page.module.css'
import { type DeployableModel, ModelChoice } from './model-choice.tsx'
import { PlanView } from './plan-view.tsx'

const DeployableModels = graphql(`
  query DeployableModels {
    models(first: 100) { edges { node { id name versions { id tag } } } }
  }
`)

const PlanServer = graphql(`
  query PlanServer($input: PlanServerInput!) {
    planServer(input: $input) {
      allowed
      reasons { code message field }
      token
      expiresAt
      retrievalNeeded
      memory { modelBytes contextBytes totalBytes }
      quota { resource used limit after }
    }
  }
`)

const DeployServer = graphql(`
  mutation DeployServer($input: DeployServerInput!) {
    deployServer(input: $input) {
      __typename
      ... on DeployServerSuccess { server { id name status } }
      ... on Error { message }
    }
  }
`)

/** Two steps: say what is wanted and see the plan; accept exactly that plan. */
export function DeployPage() {
  const [models, refetch] = useQuery({ query: DeployableModels, requestPolicy: 'cache-and-network' })
  useRetry(models.error, () => refetch({ requestPolicy: 'network-only' }))
  const [wanted, setWanted] = useState<PlanServerInput>()
  const [plan] = useQuery({
    query: PlanServer,
    variables: { input: wanted ?? { name: '', model: '' } },
    pause: !wanted,
    requestPolicy: 'network-only',
  })
  // Until the answer is there, the one before is not to be taken for it.
  const offer = wanted && !plan.fetching ? plan.data?.planServer : undefined
  const choice = models.data?.models.edges.map(({ node }) => node)
  return (
    <>
      <PageHead title="Deploy a server" />
      {models.error && !choice && <Notice kind="error">{failureText(models.error)}</Notice>}
      {choice?.length === 0 ? (
        <Empty title="There is no model to deploy">
          <p>Register one first; its file is retrieved when a server needs it.</p>
          <ButtonLink to="/models">To the models</ButtonLink>
        </Empty>
      ) : (
        <div className={styles.steps}>
          <Wanted
            models={choice ?? []}
            wrong={new Map(offer?.reasons.map(({ field, message }) => [field, message]))}
            onChange={() => setWanted(undefined)}
            onPlan={setWanted}
          />
          {wanted && <Offered plan={plan} offer={offer} />}
        </div>
      )}
    </>
  )
}

interface WantedProps {
  models: readonly DeployableModel[]
  /** What the contract says against a field, by the field's path. */
  wrong: ReadonlyMap<string | null | undefined, string>
  onChange(): void
  onPlan(input: PlanServerInput): void
}

function Wanted({ models, wrong, onChange, onPlan }: WantedProps) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const number = (name: string) => (form.get(name) ? Number(form.get(name)) : null)
    onPlan({
      name: String(form.get('name')).trim(),
      model: String(form.get('model')),
      versionId: form.get('versionId') ? String(form.get('versionId')) : null,
      replicas: number('replicas') ?? 1,
      runtime: {
        contextSize: number('contextSize'),
        parallel: number('parallel'),
        threads: number('threads'),
        gpuLayers: number('gpuLayers'),
        batchSize: number('batchSize'),
      },
    })
  }

  return (
    <Panel title="What you want">
      <form className={styles.form} onSubmit={submit} onChange={onChange}>
        <Field
          label="Name"
          name="name"
          required
          autoFocus
          maxLength={40}
          hint="Lower-case letters, digits and hyphens"
          error={wrong.get('name')}
        />
        <ModelChoice key={models.length} models={models} wrong={wrong} />
        <Field
          label="Replicas"
          name="replicas"
          type="number"
          min={1}
          max={100}
          defaultValue={1}
          error={wrong.get('replicas')}
        />
        <details>
          <summary>Runtime</summary>
          <div className={styles.runtime}>
            <Field
              label="Context"
              name="contextSize"
              type="number"
              min={128}
              placeholder="automatic"
              hint="Tokens for each sequence"
              error={wrong.get('runtime.contextSize')}
            />
            <Field
              label="Parallel"
              name="parallel"
              type="number"
              min={1}
              max={64}
              placeholder="4"
              hint="Requests at once"
              error={wrong.get('runtime.parallel')}
            />
            <Field
              label="Threads"
              name="threads"
              type="number"
              min={1}
              max={256}
              placeholder="2"
              hint="CPU threads"
              error={wrong.get('runtime.threads')}
            />
            <Field
              label="GPU layers"
              name="gpuLayers"
              type="number"
              min={0}
              max={1000}
              placeholder="0"
              error={wrong.get('runtime.gpuLayers')}
            />
            <Field
              label="Batch"
              name="batchSize"
              type="number"
              min={16}
              max={8192}
              placeholder="512"
              hint="Tokens at once"
              error={wrong.get('runtime.batchSize')}
            />
          </div>
        </details>
        <Button type="submit">Show the plan</Button>
      </form>
    </Panel>
  )
}

interface OfferedProps {
  plan: Pick<UseQueryState, 'fetching' | 'error'>
  offer: PlanServerQuery['planServer'] | undefined
}

function Offered({ plan, offer }: OfferedProps) {
  const navigate = useNavigate()
  const [deployment, deployServer] = useMutation(DeployServer)
  const [refusal, setRefusal] = useState<string>()

  async function accept(token: string) {
    setRefusal(undefined)
    const { data, error } = await deployServer({ input: { plan: token } })
    const result = data?.deployServer
    if (result?.__typename === 'DeployServerSuccess') await navigate(`/servers/${result.server.id}`)
    else setRefusal(result?.message ?? failureText(error))
  }

  return (
    <Panel title="The plan">
      {plan.fetching && <p>Asking the contract…</p>}
      {plan.error && <Notice kind="error">{failureText(plan.error)}</Notice>}
      {offer && <PlanView plan={offer} />}
      {refusal && <Notice kind="error">{refusal}</Notice>}
      {offer?.token && (
        <p>
          <Button busy={deployment.fetching} onClick={() => accept(offer.token ?? '')}>
            Accept and deploy
          </Button>
        </p>
      )}
    </Panel>
  )
}
