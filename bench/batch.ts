import type { Answer, Chat, Question } from './chat.ts'

/** Of those that join, the last one starts when the others all have their first token. */
export const shapes = [
  { width: 1, joins: false },
  { width: 4, joins: false },
  { width: 4, joins: true },
]
export type Shape = (typeof shapes)[number]

/** So many streams at once. */
export interface Batch {
  /** ms, one for each stream; where one joins, only its own. */
  firstTokens: number[]
  /** Over all streams, from the first question to the last word. */
  tokensPerSecond: number
  tokens: number
}

export async function measureBatch(ask: Chat, question: Question, { width, joins }: Shape): Promise<Batch> {
  const answers = joins
    ? await askJoining(ask, question, width)
    : await Promise.all(Array.from({ length: width }, () => ask(question)))
  return batchOf(answers, joins ? answers.slice(-1) : answers)
}

/** @param counted those whose first token counts */
export function batchOf(answers: readonly Answer[], counted = answers): Batch {
  const tokens = answers.reduce((sum, answer) => sum + answer.tokens, 0)
  const from = Math.min(...answers.map(({ askedAt }) => askedAt))
  const to = Math.max(...answers.map(({ endedAt }) => endedAt))
  return {
    firstTokens: counted.map(({ askedAt, firstTokenAt }) => firstTokenAt - askedAt),
    tokensPerSecond: (tokens * 1_000) / (to - from),
    tokens,
  }
}

async function askJoining(ask: Chat, question: Question, width: number): Promise<Answer[]> {
  const others: Promise<Answer>[] = []
  const begun = Array.from({ length: width - 1 }, () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    others.push(ask(question, resolve))
    return promise
  })
  await Promise.race([Promise.all(begun), Promise.all(others)])
  return Promise.all([...others, ask(question)])
}
