import type { Token } from './decoder.ts'
import { type Choice, GrammarUnfitError, type Sampling, type Sequence, type Vocabulary } from './engine.ts'
import type { Binding, NativeContext, NativeSampler, SamplerConfig } from './native.ts'
import type { Chooser, Scheduler } from './scheduler.ts'
import { createTrigger } from './trigger.ts'

/** Tokens that the penalties for repetition look back on. */
const penaltyWindow = 256

/** One of llama.cpp's sequences, with a sampler that it keeps: each holds a table as long as the vocabulary. */
export function createSequence(
  index: number,
  scheduler: Scheduler,
  context: NativeContext,
  binding: Binding,
  vocabulary: Pick<Vocabulary, 'piece' | 'tokenize' | 'isEnd'>,
): Sequence {
  const sampler = binding.createSampler()
  let observer: NativeSampler | undefined

  /** The probabilities as the model gives them, which a sampler of its own reads, since temperature and the like change them. */
  async function weigh(outcome: number, token: number, count: number): Promise<Omit<Choice, 'token'>> {
    if (!observer) {
      observer = binding.createSampler()
      // Without a configuration it chooses nothing, and tells nothing.
      observer.applyConfig({ seed: 0 })
    }
    const [, , , logits, totalWeight] = await context.sampleToken(
      outcome,
      observer,
      false,
      false,
      [[token], false, false, false, Math.max(count, 1)],
      true,
    )
    const rest = (logits[1] ?? 0) + Math.log(totalWeight)
    const pairs = Array.from({ length: logits.length / 2 }, (_, at) => ({
      token: logits[at * 2] ?? 0,
      logprob: (logits[at * 2 + 1] ?? 0) - rest,
    }))
    return { logprob: pairs.find((pair) => pair.token === token)?.logprob ?? 0, top: pairs.slice(0, count) }
  }

  function createChooser(sampling: Sampling): Chooser {
    const { logprobs, grammar, trigger } = sampling
    const config = configOf(sampling)
    const state = grammar === undefined ? undefined : binding.createGrammarState(grammar)
    const constrained = { ...config, grammarEvaluationState: state }
    const waiting = trigger && createTrigger(trigger, vocabulary)
    let isConstrained = state !== undefined && !waiting
    // The same seed again would go on where its random numbers stopped; another one in between begins them anew.
    sampler.applyConfig({ seed: (config.seed + 1) >>> 0 })
    sampler.applyConfig(isConstrained ? constrained : config)

    /** Constrains what comes after the trigger, unless what its last token has beyond it does not fit. */
    function look(token: Token): void {
      const beyond = waiting?.push(token)
      if (!state || !beyond) return
      isConstrained = beyond.every((one) => {
        if (!binding.fits(state, one)) return false
        binding.advance(state, one)
        return true
      })
      if (isConstrained) sampler.applyConfig(constrained)
    }

    /** Where no token fits, llama.cpp chooses any: it fails at most, and ends the answer in the middle where it is one that does. */
    async function sample(outcome: number): Promise<Token> {
      const token = await context.sampleToken(outcome, sampler).catch((error: unknown) => {
        throw isConstrained ? new GrammarUnfitError({ cause: error }) : error
      })
      if (token < 0) throw new Error('The model has no token to go on with.')
      if (isConstrained && state && vocabulary.isEnd(token) && !binding.fits(state, token)) {
        throw new GrammarUnfitError({})
      }
      return token
    }

    return {
      async choose(outcome) {
        const token = await sample(outcome)
        look(token)
        return logprobs === undefined ? { token } : { token, ...(await weigh(outcome, token, logprobs)) }
      },
    }
  }

  return {
    reusable: (prompt) => scheduler.reusable(index, prompt),
    held: () => scheduler.held(index),
    generate: (prompt, sampling, limit, signal) =>
      scheduler.start({
        sequence: index,
        prompt,
        limit,
        signal,
        createChooser: () => createChooser(sampling),
      }),
  }
}

/** What a sampler is to do for an answer. Whatever would change nothing is left out: even cutting at no place sorts the vocabulary. */
function configOf(sampling: Sampling): SamplerConfig {
  const { temperature, topP, topK, minP, seed, frequencyPenalty, presencePenalty, bias } = sampling
  const config: SamplerConfig = { seed }
  if (temperature > 0) config.temperature = temperature
  if (topK > 0) config.topK = topK
  if (topP < 1) config.topP = topP
  if (minP > 0) config.minP = minP
  if (frequencyPenalty !== 0 || presencePenalty !== 0) {
    config.repeatPenalty = 1
    config.repeatPenaltyMaxTokens = penaltyWindow
    config.repeatPenaltyTokens = new Uint32Array()
    config.repeatPenaltyFrequencyPenalty = frequencyPenalty
    config.repeatPenaltyPresencePenalty = presencePenalty
  }
  if (bias?.length) {
    config.tokenBiasKeys = Uint32Array.from(bias, ([token]) => token)
    config.tokenBiasValues = Float32Array.from(bias, ([, value]) => value)
  }
  return config
}
