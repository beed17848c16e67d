import { ButtonLink } from '../design/button-link.tsx'
import { Nothing } from '../design/panel.tsx'

export function NotFound() {
  return (
    <Nothing title="There is no such page">
      <p>The address may be mistyped, or what it named is gone.</p>
      <ButtonLink to="/servers">To the servers</ButtonLink>
    </Nothing>
  )
}
