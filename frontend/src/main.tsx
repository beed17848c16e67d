import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { App } from './app.tsx'
import './design/tokens.css'
import { createConnection } from './graph/connection.ts'
import { createSession } from './session/session.ts'
import { createSharedTokens } from './session/shared-tokens.ts'

const session = createSession({
  storage: localStorage,
  locks: navigator.locks,
  shared: createSharedTokens(indexedDB),
})
const connection = createConnection(session)

const root = document.getElementById('root')
if (!root) throw new Error('The page has no element with the id "root".')
createRoot(root).render(
  <StrictMode>
    <BrowserRouter>
      <App session={session} connection={connection} />
    </BrowserRouter>
  </StrictMode>,
)
