import { useEffect, useState } from 'react'
import { Button } from './button.tsx'

interface CopyButtonProps {
  /** The text, or how to get it when it is asked for. */
  text: string | (() => Promise<string>)
  what: string
  label?: string
}

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({ text, what, label = 'Copy' }: CopyButtonProps) {
  const [said, setSaid] = useState<string>()
  useEffect(() => {
    if (!said) return
    const timer = setTimeout(() => setSaid(undefined), 2_000)
    return () => clearTimeout(timer)
  }, [said])

  async function copy() {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text())
      setSaid('Copied')
    } catch {
      setSaid('Copying is not possible here')
    }
  }

  return (
    <Button look="plain" onClick={copy} aria-label={`Copy ${what}`}>
      <span aria-live="polite">{said ?? label}</span>
    </Button>
  )
}
