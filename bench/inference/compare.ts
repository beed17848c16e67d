import { type Batch, batchOf } from '../batch.ts'
import { type Answer, type Chat, type Message, type Sampling, WordlessAnswer } from '../chat.ts'
import { measurePair, type Pair, ratioColumns, ratioRow } from '../pairs.ts'
import type { Cell, Result } from '../report.ts'
import { percentile } from '../statistics.ts'
import { type Dialogue, inventDialogues } from './dialogues.ts'

/** Two to compare, and what to call them. */
export interface Peers {
  target: Chat
  peer: Chat
  peerName: string
}

export interface CompareOptions {
  pairs: number
  /** Tokens of an answer, at most. */
  tokens: number
  widths: readonly number[]
  seed: number
  say(line: string): void
}

/** What usual servers take for granted; told to both in full, so that both do the same work. */
const sampling = { temperature: 0.8, top_k: 40, top_p: 0.95, min_p: 0.05 }

interface Load {
  name: string
  width: number
  /** Turns of each dialogue; with more than one, only the first tokens of the later ones count. */
  turns: number
}

interface Measured {
  load: Load
  pairs: Pair<Batch>[]
}

/** The same dialogues for both, at every width, in pairs. */
export async function compare(peers: Peers, options: CompareOptions): Promise<Result> {
  const { pairs, tokens, widths, seed, say } = options
  const loads: Load[] = [
    ...widths.map((width) => ({ name: width === 1 ? '1 stream' : `${width} streams`, width, turns: 1 })),
    { name: '4 streams, later turns', width: 4, turns: 3 },
  ]
  const measured: Measured[] = []
  let asked = seed * 1_000
  for (const load of loads) {
    const found: Pair<Batch>[] = []
    // The first pair warms both up.
    for (let index = -1; index < pairs; index += 1) {
      const dialogues = inventDialogues(asked, Math.max(4, (2 * load.width) / load.turns), load.turns)
      asked += dialogues.length
      const by = (chat: Chat) => () => converse(chat, dialogues, load, tokens)
      const pair = await measurePair(index + 1, { target: by(peers.target), peer: by(peers.peer) })
      if (index < 0) continue
      found.push(pair)
      const ratio = pair.target.tokensPerSecond / pair.peer.tokensPerSecond
      say(`inference, ${load.name}: ${found.length}/${pairs}, tokens/s ${ratio.toFixed(2)}`)
    }
    measured.push({ load, pairs: found })
  }
  return resultOf(measured, peers.peerName, tokens)
}

/** Each stream holds one dialogue after the other, until there are no more. */
async function converse(
  chat: Chat,
  dialogues: readonly Dialogue[],
  { width, turns }: Load,
  maxTokens: number,
): Promise<Batch> {
  const left = [...dialogues]
  const answers: Answer[] = []
  const counted: Answer[] = []
  const stream = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const own = await hold(chat, next, maxTokens, { ...sampling, seed: dialogues.indexOf(next) })
      answers.push(...own)
      counted.push(...own.slice(turns > 1 ? 1 : 0))
    }
  }
  await Promise.all(Array.from({ length: width }, stream))
  return batchOf(answers, counted)
}

async function hold(
  chat: Chat,
  dialogue: Dialogue,
  maxTokens: number,
  how: Sampling & { seed: number },
): Promise<Answer[]> {
  const messages: Message[] = []
  const answers: Answer[] = []
  for (const content of dialogue) {
    messages.push({ role: 'user', content })
    const answer = await worded((seed) =>
      chat({ messages: [...messages], maxTokens, sampling: { ...how, seed: how.seed + seed } }),
    )
    messages.push({ role: 'assistant', content: answer.text })
    answers.push(answer)
  }
  return answers
}

const mostSeeds = 3

/** An answer that has text, of the first seed that gives one. */
async function worded(ask: (seed: number) => Promise<Answer>, seed = 0): Promise<Answer> {
  try {
    return await ask(seed)
  } catch (error) {
    if (!(error instanceof WordlessAnswer) || seed + 1 >= mostSeeds) throw error
    return worded(ask, seed + 1)
  }
}

function resultOf(measured: Measured[], peer: string, maxTokens: number): Result {
  const first = (share: number) => (batch: Batch) => percentile(batch.firstTokens, share)
  const rows = measured.flatMap(({ load, pairs }): Cell[][] => [
    ratioRow(`${load.name}: tokens/s`, pairs, ({ tokensPerSecond }) => tokensPerSecond),
    ratioRow(`${load.name}: first token p50 ms`, pairs, first(0.5)),
    ratioRow(`${load.name}: first token p99 ms`, pairs, first(0.99)),
  ])
  return {
    name: 'inference',
    title: `Inference: target and ${peer}, ${measured[0]?.pairs.length} pairs for each width, answers of ${maxTokens} tokens`,
    table: { columns: ratioColumns('target', peer), rows },
    notes: [
      'Both are medians over the pairs; the ratio is taken within each pair, then its median and quartiles. Above 1 is better for',
      'tokens/s, below 1 for the first token, whose p50 and p99 are over the requests of one batch.',
    ],
    samples: measured,
  }
}
