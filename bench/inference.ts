import { DiscoveryV1Api, type KubeConfig } from '@kubernetes/client-node'
import type { Bench } from './berth.ts'
import { type Answer, createChat } from './chat.ts'
import { openLive } from './live.ts'
import type { Cell, Result } from './report.ts'
import { median, percentile } from './statistics.ts'

const widths = [1, 4]
type Route = 'gateway' | 'pod'

/** So many streams at once, all by one route. */
interface Batch {
  /** ms, one for each stream. */
  firstTokens: number[]
  /** Over all streams, from the first question to the last word. */
  tokensPerSecond: number
  tokens: number
}

type Pair = Record<Route, Batch>

/** Time to first token and tokens/s through the gateway, and of the same pod without it. */
export async function measureInference(bench: Bench, pairs: number, maxTokens: number): Promise<Result> {
  const { cluster, token, model } = bench
  if (!cluster) throw new Error("inference needs the cluster's API: give --kubeconfig or KUBECONFIG.")
  const server = await bench.deploy({ runtime: { parallel: Math.max(...widths) } })
  await untilReady(bench, server.id)
  const options = { token, model, maxTokens }
  const chats = {
    gateway: createChat({ ...options, baseURL: server.url }),
    pod: createChat({ ...options, baseURL: `${await podOrigin(cluster, bench.namespace, server.id)}/v1` }),
  }
  const measured: { width: number; pairs: Pair[] }[] = []
  for (const width of widths) {
    await measurePair(chats, width, 0)
    const found: Pair[] = []
    while (found.length < pairs) {
      found.push(await measurePair(chats, width, found.length))
      bench.say(`inference, ${width} streams: ${found.length}/${pairs}`)
    }
    measured.push({ width, pairs: found })
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

type Chats = Record<Route, () => Promise<Answer>>

/** Both routes one after the other; who is first changes with every pair, so that no drift favours one. */
async function measurePair(chats: Chats, width: number, index: number): Promise<Pair> {
  if (index % 2 === 0) {
    const gateway = await measureBatch(chats.gateway, width)
    return { gateway, pod: await measureBatch(chats.pod, width) }
  }
  const pod = await measureBatch(chats.pod, width)
  return { pod, gateway: await measureBatch(chats.gateway, width) }
}

async function measureBatch(ask: () => Promise<Answer>, width: number): Promise<Batch> {
  const answers = await Promise.all(Array.from({ length: width }, ask))
  const tokens = answers.reduce((sum, answer) => sum + answer.tokens, 0)
  const from = Math.min(...answers.map(({ askedAt }) => askedAt))
  const to = Math.max(...answers.map(({ endedAt }) => endedAt))
  return {
    firstTokens: answers.map(({ askedAt, firstTokenAt }) => firstTokenAt - askedAt),
    tokensPerSecond: (tokens * 1_000) / (to - from),
    tokens,
  }
}

function resultOf(measured: { width: number; pairs: Pair[] }[], maxTokens: number): Result {
  const rows = measured.flatMap(({ width, pairs }) => {
    const streams = width === 1 ? '1 stream' : `${width} streams`
    return [
      row(`${streams}: first token p50 ms`, pairs, ({ firstTokens }) => median(firstTokens)),
      ...(width > 1
        ? [
            row(`${streams}: the last one's first token p50 ms`, pairs, ({ firstTokens }) =>
              Math.max(...firstTokens),
            ),
          ]
        : []),
      row(`${streams}: tokens/s of all together, p50`, pairs, ({ tokensPerSecond }) => tokensPerSecond),
    ]
  })
  const lengths = new Set(measured.flatMap(({ width, pairs }) => pairs.map(({ pod }) => pod.tokens / width)))
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
