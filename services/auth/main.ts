import { readFileSync } from 'node:fs'
import { createHttpServer, listen } from '@berth/platform/http'
import { run } from '@berth/platform/lifecycle'
import { createLog } from '@berth/platform/log'
import { isReachable, openDatabase } from '@berth/platform/postgres'
import { createSigningKeys } from '@berth/platform/signing'
import { startSubgraph } from '@berth/platform/subgraph'
import { createTokenVerifier } from '@berth/platform/tokens'
import { environment } from './environment.ts'
import { createAccounts } from './identity/accounts.ts'
import { createPasswords } from './identity/password.ts'
import { ensureAdministrator, register } from './identity/registration.ts'
import { createResolvers } from './identity/resolvers.ts'
import { tenantEntity, userEntity } from './identity/user.ts'
import { Identity1764000000001 } from './migrations/1764000000001-identity.ts'
import { SessionEnd1764000000002 } from './migrations/1764000000002-session-end.ts'
import { startSweep } from './sweep.ts'
import { createClientAddress } from './throttle/address.ts'
import { createSignInAttempts } from './throttle/attempts.ts'
import { createRegistrationLimit } from './throttle/registrations.ts'
import { createClients } from './token/client.ts'
import { serveDiscovery } from './token/discovery.ts'
import { serveTokens } from './token/endpoint.ts'
import { createGrants } from './token/grants.ts'
import { refreshTokenEntity, sessionEntity } from './token/session.ts'
import { createSessions } from './token/sessions.ts'

const sdl = readFileSync(new URL(import.meta.resolve('@berth/schema/subgraphs/auth.graphql')), 'utf8')
const log = createLog('auth')

await run(log, async (closers) => {
  const settings = environment()
  log.level = settings.LOG_LEVEL
  const addressOf = createClientAddress(settings.TRUSTED_PROXIES)

  const database = await openDatabase({
    url: settings.DATABASE_URL,
    entities: [tenantEntity, userEntity, sessionEntity, refreshTokenEntity],
    migrations: [Identity1764000000001, SessionEnd1764000000002],
    log,
  })
  closers.add('database', () => database.destroy())
  const keys = await createSigningKeys({
    query: (sql, parameters) => database.query(sql, parameters),
    encryptionKey: settings.SIGNING_KEY_SECRET,
    issuer: settings.AUTH_ISSUER,
    log,
  })
  closers.add('signing keys', () => keys.close())
  const passwords = await createPasswords()
  await ensureAdministrator(database, passwords, settings.ADMIN_PASSWORD)
  const sweep = startSweep(database, log)
  closers.add('sweep', () => sweep.close())

  const accounts = createAccounts(database)
  const sessions = createSessions(database, settings.REFRESH_TOKEN_TTL, log)
  const attempts = createSignInAttempts(database)
  const accessTokenLife = settings.ACCESS_TOKEN_TTL
  const grants = createGrants({ accounts, passwords, attempts, sessions, keys, accessTokenLife })

  const checks = async () => ({ postgres: await isReachable(database) })
  const app = createHttpServer({ log, checks })
  await serveTokens(app, {
    grants,
    clients: createClients(settings.SERVICE_CLIENTS),
    sessions,
    addressOf,
    log,
  })
  serveDiscovery(app, settings.AUTH_ISSUER, keys)
  const subgraph = await startSubgraph({
    sdl,
    resolvers: createResolvers({
      ...accounts,
      register: (registration) => register(database, passwords, registration),
      registrations: createRegistrationLimit(database, settings.REGISTRATIONS_PER_HOUR),
    }),
    verifier: createTokenVerifier({
      jwksUrl: settings.AUTH_JWKS_URL,
      issuer: settings.AUTH_ISSUER,
      audiences: ['berth-api', 'berth-auth'],
    }),
    app,
    log,
    context: (base, request) => ({ ...base, address: request ? addressOf(request) : 'unknown' }),
  })
  closers.add('subgraph', () => subgraph.close())
  closers.add('http', () => app.close())
  const port = await listen(app, { host: settings.HOST, port: settings.PORT, plaintext: settings.PLAINTEXT })
  log.info({ port }, 'ready')
})
