import type { Answer, Chat } from './chat.ts'

/** Of those that join, the last one starts when the others all have their first token. */
export const shapes = [
  { width: 1, joins: false },
  { width: 4, joins: false },
  { width: 4, joins: true },
]
export type Shape = (typeof shapes)[number]
type Route = 'gateway' | 'pod'

/** So many streams at once, all by one route. */
export interface Batch {
  /** ms, one for each stream; where one joins, only its own. */
  firstTokens: number[]
  /** Over all streams, from the first question to the last word. */
  tokensPerSecond: number
  tokens: number
}

export type Pair = Record<Route, Batch>

type Chats = Record<Route, Chat>

/** Both routes one after the other; who is first changes with every pair, so that no drift favours one. */
export async function measurePair(chats: Chats, shape: Shape, index: number): Promise<Pair> {
  if (index % 2 === 0) {
    const gateway = await measureBatch(chats.gateway, shape)
    return { gateway, pod: await measureBatch(chats.pod, shape) }
  }
  const pod = await measureBatch(chats.pod, shape)
  return { pod, gateway: await measureBatch(chats.gateway, shape) }
}

async function measureBatch(ask: Chat, { width, joins }: Shape): Promise<Batch> {
  const answers = joins
    ? await askJoining(ask, width)
    : await Promise.all(Array.from({ length: width }, () => ask()))
  const tokens = answers.reduce((sum, answer) => sum + answer.tokens, 0)
  const from = Math.min(...answers.map(({ askedAt }) => askedAt))
  const to = Math.max(...answers.map(({ endedAt }) => endedAt))
  return {
    firstTokens: (joins ? answers.slice(-1) : answers).map(
      ({ askedAt, firstTokenAt }) => firstTokenAt - askedAt,
    ),
    tokensPerSecond: (tokens * 1_000) / (to - from),
    tokens,
  }
}

async function askJoining(ask: Chat, width: number): Promise<Answer[]> {
  const others: Promise<Answer>[] = []
  const begun = Array.from({ length: width - 1 }, () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    others.push(ask(resolve))
    return promise
  })
  await Promise.race([Promise.all(begun), Promise.all(others)])
  return Promise.all([...others, ask()])
}
