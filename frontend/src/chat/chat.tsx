import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Panel } from '../design/panel.tsx'
import styles from './chat.module.css'
import { useConversation } from './conversation.ts'

interface ChatServer {
  url: string
  modelName: string
  readyReplicas: number
}

/** A conversation with a server, through the same endpoint that every OpenAI client uses. */
export function Chat({ server }: { server: ChatServer }) {
  const { turns, problem, isAnswering, ask, askAgain, stop, clear } = useConversation(server)
  const isReady = server.readyReplicas > 0
  const log = useRef<HTMLDivElement>(null)
  const length = turns.at(-1)?.content.length

  useEffect(() => {
    if (length !== undefined) log.current?.scrollTo?.({ top: log.current.scrollHeight })
  }, [length])

  return (
    <Panel
      title="Chat"
      actions={
        turns.length > 0 && (
          <Button look="plain" onClick={clear}>
            New chat
          </Button>
        )
      }
    >
      <div ref={log} className={styles.log} role="log" aria-label="Conversation" aria-busy={isAnswering}>
        {turns.length === 0 && (
          <p className={styles.hint}>Say something, such as “Tell me a story about a fox”.</p>
        )}
        {turns.map(({ id, role, content }) => (
          <p key={id} className={styles[role]} data-role={role}>
            {content || '…'}
          </p>
        ))}
      </div>
      {problem && (
        <div className={styles.problem}>
          <Notice kind="error">{problem}</Notice>
          <Button look="plain" disabled={!isReady} onClick={askAgain}>
            Ask again
          </Button>
        </div>
      )}
      <Composer isReady={isReady} isAnswering={isAnswering} onSend={ask} onStop={stop} />
    </Panel>
  )
}

interface ComposerProps {
  isReady: boolean
  isAnswering: boolean
  onSend(text: string): void
  onStop(): void
}

function Composer({ isReady, isAnswering, onSend, onStop }: ComposerProps) {
  const [draft, setDraft] = useState('')
  const box = useRef<HTMLInputElement>(null)

  function submit(event: FormEvent) {
    event.preventDefault()
    const text = draft.trim()
    if (!text || isAnswering || !isReady) return
    setDraft('')
    onSend(text)
  }

  function stop() {
    onStop()
    // The button goes; the next thing is another message.
    box.current?.focus()
  }

  return (
    <form className={styles.composer} onSubmit={submit}>
      <input
        ref={box}
        aria-label="Message"
        placeholder={isReady ? 'Message' : 'The server is not ready yet'}
        autoComplete="off"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      {isAnswering ? (
        <Button look="plain" onClick={stop}>
          Stop
        </Button>
      ) : (
        <Button type="submit" disabled={!isReady || draft.trim() === ''}>
          Send
        </Button>
      )}
    </form>
  )
}
