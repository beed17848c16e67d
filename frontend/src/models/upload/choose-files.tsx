import { useRef } from 'react'
import { Button } from '../../design/button.tsx'

interface ChooseFilesProps {
  children: string
  onChoose(files: File[]): void
}

/** A button that opens the browser's own choice of files. */
export function ChooseFiles({ children, onChoose }: ChooseFilesProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button look="plain" onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".gguf"
        multiple
        hidden
        onChange={({ target }) => {
          onChoose([...(target.files ?? [])])
          // The same file may be chosen again.
          target.value = ''
        }}
      />
    </>
  )
}
