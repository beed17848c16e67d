import { DiscoveryV1Api, type KubeConfig } from '@kubernetes/client-node'
import { type Batch, measureBatch, type Shape, shapes } from './batch.ts'
import type { Bench } from './berth.ts'
import { type Chat, createChat, story } from './chat.ts'
import { openLive } from './live.ts'
import { measurePair, type Pair, ratioColumns, ratioRow } from './pairs.ts'
import type { Result } from './report.ts'
import { median } from './statistics.ts'

interface Measured {
  shape: Shape
  pairs: Pair<Batch>[]
}

/** Time to first token and tokens/s through the gateway, and of the same pod without it. */
export async function measureGateway(bench: Bench, pairs: number, maxTokens: number): Promise<Result> {
  const { cluster, token, model } = bench
  if (!cluster) throw new Error("gateway needs the cluster's API: give --kubeconfig or KUBECONFIG.")
  const server = await bench.deploy({ runtime: { parallel: Math.max(...shapes.map(({ width }) => width)) } })
  await untilReady(bench, server.id)
  const gateway = createChat({ token, model, baseURL: server.url })
  const origin = await podOrigin(cluster, bench.namespace, server.id)
  const pod = createChat({ token, model, baseURL: `${origin}/v1` })
  const measured: Measured[] = []
  for (const shape of shapes) {
    const by = (chat: Chat) => () => measureBatch(chat, story(maxTokens), shape)
    const both = { target: by(gateway), peer: by(pod) }
    await measurePair(0, both)
    const found: Pair<Batch>[] = []
    while (found.length < pairs) {
      found.push(await measurePair(found.length, both))
      bench.say(`gateway, ${nameOf(shape)}: ${found.length}/${pairs}`)
    }
    measured.push({ shape, pairs: found })
  }
  await bench.remove(server.id)
  return resultOf(measured, maxTokens)
}

async function untilReady({ url, token }: Bench, id: string): Promise<void> {
  const live = await openLive(url, token)
  try {
    await live.follow(id).first(`${id} is READY`, ({ server }) => server?.status === 'READY')
  } finally {
    await live.close()
  }
}

/** The one pod's own address, from the EndpointSlice of its Service. */
async function podOrigin(cluster: KubeConfig, namespace: string, serverId: string): Promise<string> {
  const labelSelector = `berth.dev/server-id=${serverId}`
  const { items } = await cluster
    .makeApiClient(DiscoveryV1Api)
    .listNamespacedEndpointSlice({ namespace, labelSelector })
  for (const { endpoints = [], ports } of items) {
    const address = endpoints.find(({ conditions }) => conditions?.ready !== false)?.addresses[0]
    if (address && ports?.[0]?.port) return `http://${address}:${ports[0].port}`
  }
  throw new Error(`No EndpointSlice has an address of ${serverId}.`)
}

const nameOf = ({ width, joins }: Shape) =>
  joins ? `one joins ${width - 1} that run` : width === 1 ? '1 stream' : `${width} streams`

function resultOf(measured: Measured[], maxTokens: number): Result {
  const rows = measured.flatMap(({ shape, pairs }) => {
    const first = ratioRow(`${nameOf(shape)}: first token p50 ms`, pairs, ({ firstTokens }) =>
      median(firstTokens),
    )
    if (shape.joins) return [first]
    return [
      first,
      ratioRow(`${nameOf(shape)}: tokens/s of all, p50`, pairs, ({ tokensPerSecond }) => tokensPerSecond),
    ]
  })
  const lengths = new Set(
    measured.flatMap(({ shape, pairs }) => pairs.map(({ peer }) => peer.tokens / shape.width)),
  )
  return {
    name: 'gateway',
    title: `Inference through the gateway and at the pod: ${measured[0]?.pairs.length} pairs for each width`,
    table: { columns: ratioColumns('gateway', 'pod'), rows },
    notes: [
      'The ratio is taken within each pair, then its median and quartiles over the pairs.',
      `Tokens in an answer: ${[...lengths].sort((a, b) => a - b).join(', ')} (at most ${maxTokens} asked for).`,
    ],
    samples: measured,
  }
}
