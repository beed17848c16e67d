import type { LlamaModel, Token as LlamaToken } from 'node-llama-cpp'
import type { Token } from './decoder.ts'
import type { Vocabulary } from './engine.ts'

/** What llama.cpp knows of a model's tokens. */
export function vocabularyOf(model: LlamaModel): Vocabulary {
  const { tokens } = model
  const controlTexts: string[] = []
  // Some vocabularies write a blank before a text's first word; one letter before keeps that away.
  const within = model.tokenize('a')
  let size = 0
  for (const token of model.iterateAllTokens()) {
    size += 1
    if (!model.getTokenAttributes(token).control) continue
    const text = model.detokenize([token], true)
    if (text !== '') controlTexts.push(text)
  }
  return {
    size,
    tokenize: (text, control) => model.tokenize(text, control),
    detokenize: (some, before, control = false) =>
      model.detokenize(some as LlamaToken[], control, before as LlamaToken[]),
    piece: (token) => model.detokenize([token as LlamaToken], true, within),
    isEnd: (token) => model.isEogToken(token as LlamaToken),
    // Longest first, so that one that contains another is found whole.
    controlTexts: controlTexts.sort((a, b) => b.length - a.length),
    begin: beginOf(model) ?? undefined,
    end: endOf(model) ?? undefined,
    beginText: tokens.bosString ?? '',
    endText: tokens.eosString ?? '',
  }
}

/**
 * Lets go of the vocabulary's texts that node-llama-cpp has read for itself, as JavaScript strings: llama.cpp has its own. Of
 * 260,000 tokens and their merges they are 33 MB for as long as the pod lives, and `vocabularyOf` is the last to ask for them.
 */
export function forgetTexts({ fileInfo }: LlamaModel): void {
  const texts = fileInfo.metadata.tokenizer?.ggml
  if (!texts) return
  for (const key of ['tokens', 'scores', 'token_type', 'merges']) Reflect.deleteProperty(texts, key)
}

/** WordPiece, which encoders have, always stands between two marks (llama.cpp's `llama_vocab::tokenize`). */
const isWordPiece = ({ vocabularyType }: LlamaModel) => vocabularyType === 'wpm'

function beginOf(model: LlamaModel): Token | null {
  const { bos, shouldPrependBosToken } = model.tokens
  return shouldPrependBosToken || isWordPiece(model) ? bos : null
}

function endOf(model: LlamaModel): Token | null {
  const { eos, sep, shouldAppendEosToken } = model.tokens
  if (isWordPiece(model)) return sep
  return shouldAppendEosToken ? eos : null
}
