import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DataFolder } from './data-folder.ts'
import { type DatabaseName, databaseUrl } from './postgres.ts'
import type { Ports, Settings } from './settings.ts'
import type { Program } from './supervisor.ts'

export const root = resolve(import.meta.dirname, '../..')

/** The stand-ins' keys; the upstream bucket has credentials of its own, as another organisation's store would. */
export const objectKeys = { models: 'berth-models', upstream: 'berth-upstream' } as const

/** Everything that `npm start` runs besides PostgreSQL, with the environment that a cluster would give it. */
export function programs(
  settings: Settings,
  ports: Ports,
  folder: DataFolder,
): { standIns: Program[]; services: Program[] } {
  const { secrets } = folder
  const at = (port: number) => `http://127.0.0.1:${port}`
  const publicUrl = at(ports.gateway)
  const inherited: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TZ: process.env.TZ,
    LANG: process.env.LANG,
    // With the packages, not the data: so that the first start in another folder is a quick one, too.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/berth-compiled'),
    NODE_OPTIONS: settings.nodeOptions,
  }

  const node = (
    name: string,
    main: string,
    env: NodeJS.ProcessEnv,
    stopWithinMs: number,
    more?: Partial<Program>,
  ): Program => ({
    name,
    command: process.execPath,
    args: [join(root, main)],
    env: { ...inherited, LOG_LEVEL: settings.logLevel, ...env },
    cwd: root,
    stopWithinMs,
    ...more,
  })

  /** What the person who starts Berth has set, of the variables of these names. */
  const given = (names: RegExp): Record<string, string> =>
    Object.fromEntries(
      Object.entries(settings.environment).flatMap(([name, value]) =>
        names.test(name) && value ? [[name, value]] : [],
      ),
    )
  const database = (name: DatabaseName) => ({
    DATABASE_URL: databaseUrl(name, ports.postgres, secrets.postgresPassword),
  })
  const common = {
    HOST: '127.0.0.1',
    PUBLIC_URL: publicUrl,
    AUTH_ISSUER: `${publicUrl}/auth`,
    AUTH_JWKS_URL: `${at(ports.auth)}/auth/.well-known/jwks.json`,
    AUTH_TOKEN_URL: `${at(ports.auth)}/auth/token`,
    KUBECONFIG: folder.file('kubeconfig'),
    AUTH_URL: at(ports.auth),
    MODELS_URL: at(ports.models),
    SERVERS_URL: at(ports.servers),
    OPERATOR_URL: at(ports.operator),
    CONTRACT_ISSUER: `${publicUrl}/contract`,
    CONTRACT_JWKS_URL: `${at(ports.servers)}/.well-known/jwks.json`,
  }
  const service = (
    name: 'gateway' | 'auth' | 'models' | 'servers' | 'operator',
    main: string,
    env: NodeJS.ProcessEnv,
  ) => {
    const args = [...(nodeOptions[name] ?? []), join(root, main)]
    return node(name, main, { ...common, PORT: String(ports[name]), ...env }, 4_500, { args })
  }

  const images = folder.file('images.json')
  // The command and the environment of the image (infra/images/Dockerfile).
  const inference = {
    command: [
      process.execPath,
      '--max-old-space-size=192',
      '--max-semi-space-size=4',
      join(root, 'services/inference/main.ts'),
    ],
    env: {
      NODE_COMPILE_CACHE: inherited.NODE_COMPILE_CACHE,
      NODE_OPTIONS: inherited.NODE_OPTIONS,
      MALLOC_ARENA_MAX: '1',
    },
  }
  writeFileSync(images, `${JSON.stringify({ 'berth/inference': inference }, null, 2)}\n`)

  const store = {
    OBJECTS_ENDPOINT: at(ports.objects),
    OBJECTS_REGION: 'us-east-1',
    OBJECTS_BUCKET: 'models',
    OBJECTS_ACCESS_KEY: objectKeys.models,
    OBJECTS_SECRET_KEY: secrets.objectsSecretKey,
    ...given(/^OBJECTS_(ENDPOINT|REGION|BUCKET|ACCESS_KEY|SECRET_KEY)$/),
  }
  const publicStore = {
    OBJECTS_PUBLIC_ENDPOINT: store.OBJECTS_ENDPOINT,
    ...given(/^OBJECTS_PUBLIC_ENDPOINT$/),
  }
  const limits = given(/^(LIMIT_[A-Z]+|TENANT_LIMITS|[A-Z_]+_PER_HOUR|ACCESS_TOKEN_TTL)$/)
  const sources = given(/^(HUB_URL|HUB_TOKEN|SOURCE_HEADERS)$/)
  return {
    standIns: [
      node(
        'objects',
        'infra/local/objects/main.ts',
        {
          OBJECTS_HOST: '127.0.0.1',
          OBJECTS_PORT: String(ports.objects),
          OBJECTS_DATA: folder.file('objects'),
          OBJECTS_CREDENTIALS: `${objectKeys.models}:${secrets.objectsSecretKey},${objectKeys.upstream}:${secrets.upstreamSecretKey}`,
          OBJECTS_BUCKETS: 'models,upstream',
        },
        2_000,
      ),
      node(
        'cluster',
        'infra/local/cluster/main.ts',
        {
          CLUSTER_HOST: '127.0.0.1',
          CLUSTER_PORT: String(ports.cluster),
          CLUSTER_DATA: folder.file('cluster'),
          CLUSTER_IMAGES: images,
          CLUSTER_KUBECONFIG: folder.file('kubeconfig'),
          CLUSTER_REAPER_FD: '3',
        },
        6_000,
        { startsGroups: true },
      ),
    ],
    services: [
      service('auth', 'services/auth/main.ts', {
        ...database('auth'),
        ...limits,
        SIGNING_KEY_SECRET: secrets.authSigningKey,
        ADMIN_PASSWORD: folder.adminPassword,
        SERVICE_CLIENTS: JSON.stringify(serviceClients(folder)),
      }),
      service('models', 'services/models/main.ts', {
        ...database('models'),
        MALLOC_ARENA_MAX: '1',
        ...store,
        ...publicStore,
        CLIENT_ID: 'models',
        CLIENT_SECRET: secrets.modelsClientSecret,
        BERTH_SOURCE_ALLOW: settings.sourceAllow,
        UPSTREAMS: JSON.stringify([
          ...settings.upstreams,
          {
            bucket: 'upstream',
            endpoint: at(ports.objects),
            region: 'us-east-1',
            accessKey: objectKeys.upstream,
            secretKey: secrets.upstreamSecretKey,
          },
        ]),
        ...sources,
        ...given(/^STORAGE_LIMITS$/),
      }),
      service('servers', 'services/servers/main.ts', {
        ...database('servers'),
        ...limits,
        OBJECTS_BUCKET: store.OBJECTS_BUCKET,
        SIGNING_KEY_SECRET: secrets.serversSigningKey,
        CLIENT_ID: 'servers',
        CLIENT_SECRET: secrets.serversClientSecret,
      }),
      service('operator', 'operator/main.ts', {
        // There is one operator here, so the next one may take up the lease of the last at once.
        OPERATOR_IDENTITY: 'local',
        CLIENT_ID: 'operator',
        CLIENT_SECRET: secrets.operatorClientSecret,
        WEBHOOK_HOST: '127.0.0.1',
        WEBHOOK_PORT: String(ports.webhook),
        WEBHOOK_URL: `https://127.0.0.1:${ports.webhook}/validate`,
      }),
      service('gateway', 'gateway/main.ts', {
        ...publicStore,
        FRONTEND_DIR: join(root, 'frontend/dist'),
        SUPERGRAPH_FILE: join(root, 'schema/generated/supergraph.graphql'),
        ...given(/^INTROSPECTION$/),
      }),
    ],
  }
}

/** As in the chart: what a service leaves unused is for the files on their way (docs/decisions/0022). */
const nodeOptions: Record<string, string[]> = { models: ['--optimize-for-size', '--max-semi-space-size=2'] }

/** Watches this process, and ends the process groups of the record when it is killed outright. */
export const reaper = (record: string): Program => ({
  name: 'reaper',
  command: process.execPath,
  args: [join(root, 'infra/local/reaper.ts'), record, String(process.pid)],
  env: { PATH: process.env.PATH, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  stopWithinMs: 1_000,
})

/** Which service may call which other, and for what. */
function serviceClients({ secrets }: DataFolder) {
  return [
    {
      clientId: 'servers',
      secret: secrets.serversClientSecret,
      anyTenant: true,
      grants: { 'berth-models': ['models:read', 'models:write'] },
    },
    {
      clientId: 'models',
      secret: secrets.modelsClientSecret,
      anyTenant: true,
      grants: { 'berth-servers': ['servers:read'] },
    },
    {
      clientId: 'operator',
      secret: secrets.operatorClientSecret,
      anyTenant: true,
      grants: { 'berth-servers': ['status:publish'], 'berth-models': ['models:read'] },
    },
  ]
}
