import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { NavLink, useLocation, useNavigationType } from 'react-router'
import { Button } from '../design/button.tsx'
import { Logo } from '../design/logo.tsx'
import type { Connection } from '../graph/connection.ts'
import { useMe } from '../session/me.ts'
import { useSession } from '../session/session-context.ts'
import styles from './layout.module.css'
import { OutageNotice } from './outage-notice.tsx'

export function Layout({ connection, children }: { connection: Connection; children: ReactNode }) {
  const session = useSession()
  const me = useMe()
  const main = useFocusOnNewPage()
  return (
    <>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <header className={styles.bar}>
        <div className={styles.inner}>
          <NavLink to="/servers" className={styles.home} aria-label="Berth">
            <Logo />
          </NavLink>
          <nav aria-label="Main">
            <NavLink to="/servers">Servers</NavLink>
            <NavLink to="/models">Models</NavLink>
            <a href="/graphql">GraphQL</a>
          </nav>
          <div className={styles.who}>
            {me && <span title={`Namespace ${me.tenant.namespace}`}>{me.username}</span>}
            <Button look="plain" onClick={() => session.signOut()}>
              Sign out
            </Button>
          </div>
        </div>
      </header>
      <OutageNotice connection={connection} />
      <main ref={main} id="content" className={styles.content} tabIndex={-1}>
        {children}
      </main>
    </>
  )
}

/** Takes the focus, and the top of the page, along to each new page, unless that page puts the focus somewhere itself. */
function useFocusOnNewPage() {
  const { pathname } = useLocation()
  const way = useNavigationType()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    // Going back is the browser's: it knows how far the page was scrolled.
    if (way !== 'POP') scrollTo(0, 0)
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true })
  }, [pathname, way])
  return main
}
