import { useEffect, useEffectEvent, useRef, useState } from 'react'
import styles from './drop-target.module.css'

/** Takes files that are dropped anywhere on the page, and says so while one holds them over it. */
export function DropTarget({ onDrop }: { onDrop(files: File[]): void }) {
  const [isOver, setIsOver] = useState(false)
  // Each element beneath the pointer tells of its own coming and going: it is over the page while more came than went.
  const depth = useRef(0)
  const tell = useEffectEvent(onDrop)
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const move = (by: number) => (event: DragEvent) => {
      if (!hasFiles(event)) return
      depth.current += by
      setIsOver(depth.current > 0)
    }
    const [enter, leave] = [move(1), move(-1)]
    const over = (event: DragEvent) => {
      // Without this the browser would open the file in place of the page.
      if (hasFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      depth.current = 0
      setIsOver(false)
      tell([...(event.dataTransfer?.files ?? [])])
    }
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop }
    for (const [name, listener] of Object.entries(listeners))
      addEventListener(name, listener as EventListener)
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        removeEventListener(name, listener as EventListener)
    }
  }, [])
  return isOver ? <div className={styles.target}>Drop a GGUF file to upload it</div> : null
}
