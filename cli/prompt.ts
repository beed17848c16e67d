import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Prompt } from './credentials.ts'

/** Asks at the terminal; what is hidden is not echoed. Undefined where there is no terminal. */
export function createPrompt(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Prompt {
  if (!input.isTTY || !output.isTTY) return undefined
  return async (question, isHidden) => {
    if (isHidden) output.write(question)
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
    const reader = createInterface({ input, output: isHidden ? silent : output, terminal: true })
    reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    try {
      return (await reader.question(isHidden ? '' : question, { signal })).trim()
    } finally {
      reader.close()
      if (isHidden) output.write('\n')
    }
  }
}
