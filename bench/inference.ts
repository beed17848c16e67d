import { DiscoveryV1Api, type KubeConfig } from '@kubernetes/client-node'
import { type Batch, measurePair, type Pair, type Shape, shapes } from './batch.ts'
import type { Bench } from './berth.ts'
import { createChat } from './chat.ts'
import { openLive } from './live.ts'
import type { Cell, Result } from './report.ts'
import { median, percentile } from './statistics.ts'

interface Measured {
  shape: Shape
  pairs: Pair[]
}

/** Time to first token and tokens/s through the gateway, and of the same pod without it. */
export async function measureInference(bench: Bench, pairs: number, maxTokens: number): Promise<Result> {
  const { cluster, token, model } = bench
  if (!cluster) throw new Error("inference needs the cluster's API: give --kubeconfig or KUBECONFIG.")
  const server = await bench.deploy({ runtime: { parallel: Math.max(...shapes.map(({ width }) => width)) } })
  await untilReady(bench, server.id)
  const options = { token, model, maxTokens }
  const chats = {
    gateway: createChat({ ...options, baseURL: server.url }),
    pod: createChat({ ...options, baseURL: `${await podOrigin(cluster, bench.namespace, server.id)}/v1` }),
  }
  const measured: Measured[] = []
  for (const shape of shapes) {
    await measurePair(chats, shape, 0)
    const found: Pair[] = []
    while (found.length < pairs) {
      found.push(await measurePair(chats, shape, found.length))
      bench.say(`inference, ${nameOf(shape)}: ${found.length}/${pairs}`)
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
    const first = row(`${nameOf(shape)}: first token p50 ms`, pairs, ({ firstTokens }) => median(firstTokens))
    if (shape.joins) return [first]
    return [
      first,
      row(`${nameOf(shape)}: tokens/s of all, p50`, pairs, ({ tokensPerSecond }) => tokensPerSecond),
    ]
  })
  const lengths = new Set(
    measured.flatMap(({ shape, pairs }) => pairs.map(({ pod }) => pod.tokens / shape.width)),
  )
  return {
    name: 'inference',
    title: `Inference through the gateway and at the pod: ${measured[0]?.pairs.length} pairs for each width`,
    table: { columns: ['', 'gateway', 'pod', 'gateway / pod', 'quarter below', 'quarter above'], rows },
    notes: [
      'The ratio is taken within each pair, then its median and quartiles over the pairs.',
      `Tokens in an answer: ${[...lengths].sort((a, b) => a - b).join(', ')} (at most ${maxTokens} asked for).`,
    ],
    samples: measured,
  }
}

function row(text: string, pairs: Pair[], of: (batch: Batch) => number): Cell[] {
  const ratios = pairs.map(({ gateway, pod }) => of(gateway) / of(pod))
  return [
    text,
    median(pairs.map(({ gateway }) => of(gateway))),
    median(pairs.map(({ pod }) => of(pod))),
    median(ratios),
    percentile(ratios, 0.25),
    percentile(ratios, 0.75),
  ]
}
