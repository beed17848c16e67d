import { useEffect } from 'react'
import { Navigate, Route, Routes, useLocation } from 'react-router'
import { Provider } from 'urql'
import type { Connection } from './graph/connection.ts'
import { Layout } from './layout/layout.tsx'
import { NotFound } from './layout/not-found.tsx'
import { ModelsPage } from './models/models-page.tsx'
import { UploadsProvider } from './models/upload/uploads-context.tsx'
import { VersionPage } from './models/version/version-page.tsx'
import { DeployPage } from './servers/deploy-page.tsx'
import { ServerPage } from './servers/server-page.tsx'
import { ServersPage } from './servers/servers-page.tsx'
import { RegisterPage } from './session/register-page.tsx'
import type { Session } from './session/session.ts'
import { SessionContext, useSignedIn } from './session/session-context.ts'
import { SignInPage } from './session/sign-in-page.tsx'

/** Every page of the UI by its address. */
export function App({ session, connection }: { session: Session; connection: Connection }) {
  const signedIn = useSignedIn(session)
  // Another person's rows must not linger in the cache, so each sign-in has a client of its own.
  const client = connection.clientFor(signedIn)
  useEffect(() => session.onChange(() => connection.reset()), [session, connection])
  return (
    <SessionContext value={session}>
      <Provider value={client}>{signedIn ? <SignedIn connection={connection} /> : <SignedOut />}</Provider>
    </SessionContext>
  )
}

function SignedIn({ connection }: { connection: Connection }) {
  const cameFrom = useLocation().state?.from
  return (
    <UploadsProvider>
      <Layout connection={connection}>
        <Routes>
          <Route path="/servers" element={<ServersPage />} />
          <Route path="/servers/new" element={<DeployPage />} />
          <Route path="/servers/:id" element={<ServerPage />} />
          <Route path="/models" element={<ModelsPage />} />
          <Route path="/models/versions/:id" element={<VersionPage />} />
          {['/', '/sign-in', '/register'].map((path) => (
            <Route
              key={path}
              path={path}
              element={<Navigate to={typeof cameFrom === 'string' ? cameFrom : '/servers'} replace />}
            />
          ))}
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Layout>
    </UploadsProvider>
  )
}

function SignedOut() {
  const { pathname, search } = useLocation()
  return (
    <Routes>
      <Route path="/sign-in" element={<SignInPage />} />
      <Route path="/register" element={<RegisterPage />} />
      <Route
        path="*"
        element={
          <Navigate to="/sign-in" replace state={pathname === '/' ? null : { from: pathname + search }} />
        }
      />
    </Routes>
  )
}
