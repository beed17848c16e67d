import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { lastMessage } from './log-file.ts'
import { requireFreePorts } from './ports.ts'
import { createDatabases, preparePostgres } from './postgres.ts'
import { programs, reaper } from './programs.ts'
import { help, type Ports, portsFrom, readSettings, type Settings, StartError } from './settings.ts'
import { offerStoryteller } from './storyteller.ts'
import { createSupervisor, type Supervised, type Supervisor } from './supervisor.ts'

const startedAt = performance.now()

function readOrExit(): Settings {
  const settings = readSettings(process.argv.slice(2), process.env)
  if (settings !== 'help') return settings
  process.stdout.write(help)
  process.exit(0)
}

/** Ended in this order: who asks before who answers. */
const running: { services: Supervised[]; standIns: Supervised[]; postgres: Supervised[] } = {
  services: [],
  standIns: [],
  postgres: [],
}
let folder: DataFolder | undefined
let stopping = false

async function stop(code: number): Promise<never> {
  if (stopping) return new Promise(() => undefined)
  stopping = true
  for (const group of [running.services, running.standIns, running.postgres]) {
    await Promise.all(group.map((program) => program.stop()))
  }
  folder?.release()
  process.exit(code)
}

async function start(settings: Settings): Promise<void> {
  folder = openDataFolder(settings.data, settings.adminPassword)
  const ports = portsFrom(settings.port)
  await requireFreePorts(ports)
  const groups = folder.file('process-groups')
  const logs = folder.file('logs')
  const supervisor = createSupervisor(logs, groups, settings.longestPauseMs)
  supervisor.onCrash((name, how, pauseMs) => {
    process.stderr.write(`${name} ${how}; starting it again in ${pauseMs} ms (logs/${name}.log says why)\n`)
  })
  supervisor.onMisconfigured((name) => {
    if (stopping) return
    const why = lastMessage(logs, name) || `logs/${name}.log says why.`
    process.stderr.write(`Berth's part ${name} cannot start. ${why}\n`)
    void stop(1)
  })
  // Not among what is stopped: it goes when this process is gone.
  supervisor.start(reaper(groups))
  await startPrograms(settings, ports, folder, supervisor)
  await untilHealthy(ports)
  await offerStoryteller(ports, folder)
  sayWhereToGo(settings, ports, folder)
}

async function startPrograms(
  settings: Settings,
  ports: Ports,
  folder: DataFolder,
  supervisor: Supervisor,
): Promise<void> {
  const { standIns, services } = programs(settings, ports, folder)
  running.standIns = standIns.map((program) => supervisor.start(program))
  const postgres = await preparePostgres(folder.path, ports.postgres, folder.secrets.postgresPassword)
  running.postgres = [supervisor.start(postgres)]
  // The Kubernetes client takes long to load: the stand-ins start meanwhile.
  const { installCustomResources } = await import('./cluster-setup.ts')
  await Promise.all([
    createDatabases(ports.postgres, folder.secrets.postgresPassword),
    installCustomResources(folder.file('kubeconfig')),
  ])
  if (!stopping) running.services = services.map((program) => supervisor.start(program))
}

async function untilHealthy(ports: Ports): Promise<void> {
  const giveUpAt = performance.now() + 90_000
  let last = 'no answer'
  while (performance.now() < giveUpAt) {
    try {
      const response = await fetch(`http://127.0.0.1:${ports.gateway}/health`, {
        signal: AbortSignal.timeout(3_000),
      })
      if (response.ok) return
      last = await response.text()
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    await delay(50)
  }
  throw new StartError(
    `Berth did not get ready in 90 s (${last}); the folder logs in the data folder says more.`,
  )
}

function sayWhereToGo(
  { adminPassword }: Settings,
  ports: Ports,
  { file, adminPassword: password, isNew }: DataFolder,
): void {
  const gateway = `http://127.0.0.1:${ports.gateway}`
  const signIn = adminPassword
    ? 'admin, with the password of BERTH_ADMIN_PASSWORD'
    : `admin / ${password}   (shown this once; kept in ${file('admin-password')})`
  const lines = [
    '',
    `Berth is ready, after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`,
    '',
    `  UI          ${gateway}/`,
    `  GraphQL     ${gateway}/graphql`,
    `  kubeconfig  ${file('kubeconfig')}`,
    ...(isNew ? [`  sign in     ${signIn}`] : []),
    '',
    'Ctrl-C stops everything.',
    '',
  ]
  process.stdout.write(lines.join('\n'))
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0))
if (process.env.BERTH_PARENT_FD === '3') {
  // The process above holds the other end: its end is ours.
  new Socket({ fd: 3 })
    .on('close', () => void stop(0))
    .on('error', () => void stop(0))
    .resume()
}
try {
  await start(readOrExit())
} catch (error) {
  if (!stopping) {
    const told =
      error instanceof StartError
        ? error.message
        : `Berth could not start: ${error instanceof Error ? error.stack : error}`
    process.stderr.write(`${told}\n`)
    await stop(1)
  }
}
