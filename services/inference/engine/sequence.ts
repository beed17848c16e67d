import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import type { Sampling, Sequence } from './engine.ts'
import type { Gate } from './gate.ts'

/** Tokens that the penalties for repetition look back on. */
const penaltyWindow = 256

/** One of llama.cpp's sequences. Many are evaluated together in one batch. */
export function createSequence(sequence: LlamaContextSequence, batchSize: number, gate: Gate): Sequence {
  /** Erases what the last request left and this one does not share. */
  async function adaptTo(tokens: Token[]): Promise<void> {
    const shared = sequence.compareContextTokens(tokens).firstDifferentIndex
    if (shared < sequence.nextTokenIndex) await gate.hold(() => sequence.adaptStateToTokens(tokens, false))
  }

  return {
    reusable: (prompt) =>
      Math.min(sequence.compareContextTokens(ofVocabulary(prompt)).firstDifferentIndex, prompt.length - 1),

    async *sample(prompt, sampling, signal) {
      const sampled: Token[] = []
      try {
        // The last token is always evaluated, since its outcome is what the first one of the answer is chosen from.
        await adaptTo(ofVocabulary(prompt.slice(0, -1)))
        const missing = ofVocabulary(prompt.slice(sequence.nextTokenIndex))
        while (missing.length > batchSize) {
          signal.throwIfAborted()
          await gate.pass()
          await sequence.evaluateWithoutGeneratingNewTokens(missing.splice(0, batchSize))
        }
        signal.throwIfAborted()
        for await (const token of sequence.evaluate(missing, evaluation(sampling, sampled))) {
          sampled.push(token)
          yield token
          await gate.pass()
        }
      } catch (error) {
        // Nobody knows what the state is now.
        if (!signal.aborted) await gate.hold(() => sequence.clearHistory()).catch(() => undefined)
        throw error
      }
    },
  }
}

/** llama.cpp's tokens are numbers under a type of their own; ours are the ones that its tokenizer gave. */
function ofVocabulary(tokens: readonly number[]): Token[] {
  return tokens as Token[]
}

function evaluation(sampling: Sampling, sampled: Token[]): SequenceEvaluateOptions {
  const { temperature, topP, topK, minP, seed, frequencyPenalty, presencePenalty } = sampling
  return {
    temperature,
    topP,
    topK,
    minP,
    seed,
    yieldEogToken: true,
    ...((frequencyPenalty !== 0 || presencePenalty !== 0) && {
      repeatPenalty: {
        punishTokens: () => sampled.slice(-penaltyWindow),
        maxPunishTokens: penaltyWindow,
        penalty: 1,
        frequencyPenalty,
        presencePenalty,
      },
    }),
  }
}
