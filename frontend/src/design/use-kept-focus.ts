import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

/**
 * Keeps the focus in a part of the page when the control that had it goes away, as a button does once it did its work: it
 * moves to the first thing there that takes it. Without this it would fall to the page's top.
 */
export function useKeptFocus(part: RefObject<HTMLElement | null>): void {
  const last = useRef<Element>(undefined)
  useEffect(() => {
    const root = part.current
    const note = ({ target }: FocusEvent) => {
      if (target instanceof Element) last.current = target
    }
    const forget = ({ relatedTarget, target }: FocusEvent) => {
      // A control that is taken away may tell of it, too; only a person moves on from one that stays.
      if (relatedTarget !== null && target instanceof Element && target.isConnected) last.current = undefined
    }
    root?.addEventListener('focusin', note)
    root?.addEventListener('focusout', forget)
    return () => {
      root?.removeEventListener('focusin', note)
      root?.removeEventListener('focusout', forget)
    }
  }, [part])
  // Before it is painted: whoever types meanwhile types into the right place.
  useLayoutEffect(() => {
    if (!last.current || last.current.isConnected) return
    last.current = undefined
    if (document.activeElement === document.body) {
      part.current
        ?.querySelector<HTMLElement>('a[href], button, input:not([hidden])')
        ?.focus({ preventScroll: true })
    }
  })
}
