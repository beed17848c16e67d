import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Answer, Chat } from '../chat.ts'
import type { Asked, Told } from './engine.ts'
import type { Runtime } from './pod.ts'

/**
 * The engine of a pod in a process of its own, asked without HTTP: no tokens to check, no events to write, and no text before the
 * answer is over.
 */
export async function startBare(runtime: Runtime, ending: AsyncDisposableStack): Promise<Chat> {
  const child = fork(join(import.meta.dirname, 'engine.ts'), [JSON.stringify(runtime)])
  ending.defer(async () => {
    if (!child.connected) return
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  })
  const listeners = new Map<number, (told: Told) => void>()
  const died = Promise.withResolvers<never>()
  died.promise.catch(() => undefined)
  child.once('exit', (code) =>
    died.reject(new Error(`The engine ended with ${code}; its error stands above.`)),
  )
  await Promise.race([once(child, 'message'), died.promise])
  child.on('message', (told: Told) => 'id' in told && listeners.get(told.id)?.(told))
  let count = 0

  return (question, onFirstToken) => {
    count += 1
    const asked: Asked = { id: count, question }
    const askedAt = performance.now()
    let firstTokenAt: number | undefined
    const answered = new Promise<Answer>((resolve, reject) => {
      listeners.set(asked.id, (told) => {
        if ('first' in told) {
          firstTokenAt = performance.now()
          onFirstToken?.()
        } else if ('text' in told && firstTokenAt === undefined) {
          reject(new Error('The engine answered without a word.'))
        } else if ('text' in told && firstTokenAt !== undefined) {
          listeners.delete(asked.id)
          const { tokens, text } = told
          resolve({ askedAt, firstTokenAt, endedAt: performance.now(), tokens, text })
        }
      })
    })
    child.send(asked)
    return Promise.race([answered, died.promise])
  }
}
