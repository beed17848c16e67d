/**
 * Asks a GGUF for stories in the engine that Berth uses, and compares its
 * tokens with those the model was trained on.
 *
 *     node ask.ts storyteller.gguf [tokens.json]
 *
 * tokens.json maps a text to its token ids, as `python tokens.py` prints them.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { getLlama, LlamaChatSession } from 'node-llama-cpp'

const PROMPTS = [
  'Tell me a story about a fox',
  'a story about a lighthouse',
  'about a robot called Ada',
  'Write a short story about a clockmaker.',
  'a shy dragon',
  'zorblax',
  'Fox',
  'Tell me a story about two narwhals',
  'A brave ballerina in the desert',
  'Can you tell me about a volcano who wants to learn to read?',
  'story about Mira the submarine',
  'a toaster and a lynx',
  'Tell me a story about an astronaut in Paris',
  'a story about René the café owner',
  'Tell me a story about Émile the 狐',
  'Tell me a story about friendship',
  'Tell me a story',
  'Hello!',
  'Who are you?',
  'What is 2 + 2?',
]
const FOLLOW_UPS = [
  'Tell me a story about a plumber',
  'Tell me another one',
  'Now one about a whale',
  'Thanks!',
]

const [file = 'storyteller.gguf', fixture] = process.argv.slice(2)
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1 })
const model = await llama.loadModel({ modelPath: resolve(file) })
const context = await model.createContext({ contextSize: 1024, sequences: 1 })
const sequence = context.getSequence()

if (fixture !== undefined) {
  const expected: Record<string, number[]> = JSON.parse(await readFile(fixture, 'utf8'))
  for (const [text, ids] of Object.entries(expected)) {
    const actual = model.tokenize(text, true)
    const same = actual.length === ids.length && actual.every((token, index) => token === ids[index])
    const back = model.detokenize(actual, true) === text
    console.log(`${same && back ? 'same' : 'DIFFERENT'} ${JSON.stringify(text)}`)
  }
}

/** One conversation from a clean slate; a reply must end by itself. */
async function converse(prompts: string[], temperature: number): Promise<string> {
  await sequence.clearHistory()
  const session = new LlamaChatSession({
    contextSequence: sequence,
    autoDisposeSequence: false,
    systemPrompt: '',
  })
  for (const prompt of prompts) {
    const reply = await session.promptWithMeta(prompt, { temperature, seed: 7, maxTokens: 320 })
    console.log(`\n[${temperature}] ${prompt}\n(${reply.stopReason}) ${reply.responseText}`)
  }
  const wrapper = session.chatWrapper.wrapperName
  session.dispose()
  return wrapper
}

for (const prompt of PROMPTS) {
  await converse([prompt], 0)
  await converse([prompt], 0.7)
}
const wrapper = await converse(FOLLOW_UPS, 0.7)
console.log(`\nchat wrapper: ${wrapper}`)
await llama.dispose()
