import { useRef } from 'react'
import { Link, useParams } from 'react-router'
import { Chat } from '../chat/chat.tsx'
import { Badge } from '../design/badge.tsx'
import { ButtonLink } from '../design/button-link.tsx'
import { Facts } from '../design/facts.tsx'
import { formatBytes, formatCores, formatCount, formatRate, formatShare } from '../design/formats.ts'
import { Instant } from '../design/instant.tsx'
import { Notice } from '../design/notice.tsx'
import { Nothing, PageHead, Panel } from '../design/panel.tsx'
import { useKeptFocus } from '../design/use-kept-focus.ts'
import type { ServerDetailFragment } from '../generated/graphql.ts'
import { failureText } from '../graph/failure.ts'
import { Endpoint } from './endpoint.tsx'
import { type LiveServer, useLiveServer } from './live-server.ts'
import { Pods } from './pods.tsx'
import { ServerActions } from './server-actions.tsx'
import styles from './server-page.module.css'
import { statusLook } from './status.ts'

export function ServerPage() {
  const { id = '' } = useParams()
  // The key starts afresh for another server: its subscription, its chat, its dialogs.
  return <One key={id} id={id} />
}

function One({ id }: { id: string }) {
  const live = useLiveServer(id)
  const page = useRef<HTMLDivElement>(null)
  useKeptFocus(page)
  return <div ref={page}>{contentOf(live)}</div>
}

function contentOf({ server, wasDeleted, error }: LiveServer) {
  if (server === null)
    return <Gone title={wasDeleted ? 'The server was deleted' : 'There is no such server'} />
  if (server) return <Details server={server} />
  if (error?.graphQLErrors.some(({ extensions }) => extensions.code === 'NOT_FOUND')) {
    return <Gone title="There is no such server" />
  }
  return error ? <Notice kind="error">{failureText(error)}</Notice> : <p>Loading…</p>
}

function Gone({ title }: { title: string }) {
  return (
    <Nothing title={title}>
      <p>Its endpoint answers no more.</p>
      <ButtonLink to="/servers">To the servers</ButtonLink>
    </Nothing>
  )
}

function Details({ server }: { server: ServerDetailFragment }) {
  const { tone, word } = statusLook(server.status)
  return (
    <>
      <PageHead title={server.name} mark={<Badge tone={tone}>{word}</Badge>}>
        <ServerActions server={server} />
      </PageHead>
      <div className={styles.page}>
        {server.message && (
          <Notice kind={server.status === 'FAILED' ? 'error' : 'warning'}>{server.message}</Notice>
        )}
        <Overview server={server} />
        <Chat server={server} />
        <Endpoint id={server.id} />
        <Pods kubernetes={server.kubernetes} />
      </div>
    </>
  )
}

function Overview({ server }: { server: ServerDetailFragment }) {
  const { runtime, usage, modelVersion } = server
  const metadata = modelVersion?.metadata
  return (
    <Panel title="Overview">
      <Facts
        facts={[
          ['Model', <ModelName key="model" server={server} />],
          ['UUID', <code key="id">{server.id}</code>],
          ['Replicas ready', `${server.readyReplicas} / ${server.replicas}`],
          ['Memory now', formatBytes(usage.memoryBytes)],
          ['Memory max', formatBytes(usage.maxMemoryBytes)],
          ['CPU cores', formatCores(usage.cpuCores)],
          ['Requests', formatRate(usage.requestsPerMinute, 'in the last minute')],
          ['Speed', formatRate(usage.tokensPerSecond, 'tokens/s')],
          ['Sequences busy', formatShare(usage.sequencesBusy, runtime.parallel * server.readyReplicas)],
          ['Waiting', formatRate(usage.queueLength, 'in the queue')],
          ['Created', <Instant key="createdAt" at={server.createdAt} />],
          ['Started', <Instant key="startedAt" at={server.startedAt} />],
          ['Updated', <Instant key="updatedAt" at={server.updatedAt} />],
          ['Context', `${runtime.contextSize} tokens × ${runtime.parallel}`],
          [
            'Threads',
            `${runtime.threads}${runtime.gpuLayers > 0 ? `, ${runtime.gpuLayers} layers on GPU` : ''}`,
          ],
          [
            'Parameters',
            [formatCount(metadata?.parameterCount), metadata?.quantization].filter(Boolean).join(' · '),
          ],
          ['File', formatBytes(modelVersion?.file?.sizeBytes)],
        ]}
      />
    </Panel>
  )
}

function ModelName({ server: { modelName, modelVersion } }: { server: ServerDetailFragment }) {
  if (!modelVersion) return modelName
  return <Link to={`/models/versions/${modelVersion.id}`}>{`${modelName} : ${modelVersion.tag}`}</Link>
}
