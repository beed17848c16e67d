import { createLog } from '@berth/platform/log'
import { Template } from '@huggingface/jinja'
import { loadEngine } from '../../services/inference/engine/llama.ts'
import { createPrompts } from '../../services/inference/engine/prompt.ts'
import { createSlots } from '../../services/inference/engine/slots.ts'
import type { Question } from '../chat.ts'
import type { Runtime } from './pod.ts'

/** What the process below is asked, and answers: with `first` when a token is there, then with all of the answer. */
export interface Asked {
  id: number
  question: Question
}
export type Told =
  | { ready: true }
  | { id: number; first: true }
  | { id: number; text: string; tokens: number }

const [runtime] = process.argv.slice(2).map((text) => JSON.parse(text) as Runtime)
if (!runtime) throw new Error('This is started by bare.ts, with a runtime as JSON.')
const log = createLog('bench')
log.level = 'warn'
const engine = await loadEngine({
  ...runtime,
  name: 'bench',
  path: runtime.file,
  sequences: runtime.parallel,
  log,
})
const prompts = createPrompts(engine, (source) => new Template(source))
const slots = createSlots(engine.sequences, Number.POSITIVE_INFINITY)
const { signal } = new AbortController()
const tell = (told: Told) => process.send?.(told)

async function answer({ id, question }: Asked): Promise<void> {
  const { messages, maxTokens, sampling } = question
  const prompt = prompts.chat(messages)
  const sequence = await slots.acquire(signal, (free) =>
    free.reduce((best, next) => (next.reusable(prompt) > best.reusable(prompt) ? next : best)),
  )
  const tokens: number[] = []
  const order = {
    temperature: sampling.temperature,
    topK: sampling.top_k ?? 0,
    topP: sampling.top_p ?? 1,
    minP: sampling.min_p ?? 0,
    seed: sampling.seed ?? 0,
    frequencyPenalty: 0,
    presencePenalty: 0,
  }
  for await (const { token } of sequence.generate(prompt, order, maxTokens, signal)) {
    if (engine.vocabulary.isEnd(token)) break
    if (tokens.push(token) === 1) tell({ id, first: true })
  }
  slots.release(sequence)
  tell({ id, text: engine.vocabulary.detokenize(tokens, []), tokens: tokens.length })
}

process.on('message', (asked: Asked) => void answer(asked))
process.on('disconnect', () => void engine.close().then(() => process.exit()))
tell({ ready: true })
