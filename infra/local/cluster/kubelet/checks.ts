import type { Container } from '../objects.ts'
import { type Prober, startProbe } from './probes.ts'

/** What the checks of one container life find out. */
export interface Findings {
  started(): void
  ready(yes: boolean): void
  /** Startup or liveness failed for good: the container has to be restarted. */
  dead(kind: string): void
  missed(message: string): void
}

/** Runs the startup probe, and once that passed the readiness and liveness probes, until stopped. */
export function startChecks(container: Container, address: string, find: Findings): Prober {
  const { startupProbe, readinessProbe, livenessProbe } = container
  const target = { address, ports: container.ports ?? [] }
  let probers: Prober[] = []
  const stop = (): void => {
    for (const prober of probers) prober.stop()
    probers = []
  }
  const missed = (kind: string) => (why: string) => find.missed(`${kind} probe failed: ${why}`)
  const dead = (kind: string) => (): void => {
    stop()
    find.dead(kind)
  }
  const others = (): void => {
    stop()
    find.started()
    if (!readinessProbe) find.ready(true)
    else
      probers.push(
        startProbe(readinessProbe, target, true, {
          passed: () => find.ready(true),
          failed: () => find.ready(false),
          missed: missed('Readiness'),
        }),
      )
    if (livenessProbe)
      probers.push(
        startProbe(livenessProbe, target, false, {
          passed: () => undefined,
          failed: dead('liveness'),
          missed: missed('Liveness'),
        }),
      )
  }
  if (!startupProbe) others()
  else
    probers.push(
      startProbe(startupProbe, target, true, {
        passed: others,
        failed: dead('startup'),
        missed: missed('Startup'),
      }),
    )
  return { stop }
}
