import { useEffect, useRef, useState } from 'react'
import { failureText } from '../graph/failure.ts'
import { useSession } from '../session/session-context.ts'
import { type ChatMessage, streamChat } from './stream.ts'

/** A message in its place in the conversation. */
export interface Turn extends ChatMessage {
  id: number
}

/** The turns of one conversation, and the answer that is on its way. */
export function useConversation({ url, modelName }: { url: string; modelName: string }) {
  const session = useSession()
  const [turns, setTurns] = useState<Turn[]>([])
  const [problem, setProblem] = useState<string>()
  const [isAnswering, setAnswering] = useState(false)
  const abort = useRef<AbortController>(undefined)
  // Whoever leaves the page leaves the stream as well, so that the server's slot is free at once.
  useEffect(() => () => abort.current?.abort(), [])

  async function ask(content: string, before = turns) {
    const controller = new AbortController()
    abort.current = controller
    const id = before.length
    const asked: Turn[] = [...before, { id, role: 'user', content }]
    setTurns([...asked, { id: id + 1, role: 'assistant', content: '' }])
    setProblem(undefined)
    setAnswering(true)
    let answer = ''
    try {
      for await (const piece of streamChat(session.fetch, {
        // The path alone: whatever name this page was opened under is the same origin.
        path: new URL(url).pathname,
        model: modelName,
        messages: asked.map(({ role, content }) => ({ role, content })),
        signal: controller.signal,
      })) {
        answer += piece
        setTurns([...asked, { id: id + 1, role: 'assistant', content: answer }])
      }
    } catch (error) {
      if (!controller.signal.aborted) setProblem(failureText(error))
    } finally {
      if (abort.current === controller) {
        setAnswering(false)
        if (answer === '') setTurns(asked)
      }
    }
  }

  /** Asks the last question once more, in the place of the answer that went wrong. */
  function askAgain() {
    const last = turns.findLastIndex(({ role }) => role === 'user')
    const question = turns[last]
    if (question) void ask(question.content, turns.slice(0, last))
  }

  function stop() {
    abort.current?.abort()
  }

  function clear() {
    stop()
    abort.current = undefined
    setTurns([])
    setProblem(undefined)
    setAnswering(false)
  }

  return { turns, problem, isAnswering, ask, askAgain, stop, clear }
}
