import { createContext, use, useSyncExternalStore } from 'react'
import type { Session } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('This component stands outside the session.')
  return session
}

export function useSignedIn(session: Session): boolean {
  return useSyncExternalStore(session.onChange, session.isSignedIn)
}
