import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks again and again until the answer is neither undefined nor false.
 * @throws with what was waited for and the last error, when it takes too long
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 60_000,
): Promise<T> {
  const giveUpAt = Date.now() + withinMs
  let last: unknown
  // It is asked once more when the time is over: whoever waits may have been held up itself.
  for (let isOver = false; !isOver; ) {
    isOver = Date.now() >= giveUpAt
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      last = error
    }
    await delay(50)
  }
  throw new Error(`Waited ${withinMs} ms in vain until ${what}.`, { cause: last })
}
