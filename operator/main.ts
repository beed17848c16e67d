import { createHttpServer, listen } from '@berth/platform/http'
import { loadKubeConfig } from '@berth/platform/kube'
import { run } from '@berth/platform/lifecycle'
import { createLog } from '@berth/platform/log'
import { createJwtVerifier, createServiceTokens } from '@berth/platform/tokens'
import { startCaches } from './controller/caches.ts'
import { awaitCluster } from './controller/cluster.ts'
import { NotLeading, startElection } from './controller/election.ts'
import { type Leader, startLeader } from './controller/leader.ts'
import { createLeaseStore } from './controller/lease.ts'
import { countDecision, setLeading } from './controller/metrics.ts'
import { environment } from './environment.ts'
import { stillHolds } from './modelserve/contract.ts'
import { createStatusClient } from './status/client.ts'
import { createRegistration, hostsOf, type WebhookAddress } from './webhook/configuration.ts'
import { decide } from './webhook/decision.ts'
import { createIdentityStore } from './webhook/identity.ts'
import { startWebhook, type Webhook } from './webhook/server.ts'
import { createStoredReader } from './webhook/stored.ts'

const log = createLog('operator')

await run(log, async (closers) => {
  const settings = environment()
  log.level = settings.LOG_LEVEL
  const kubeConfig = loadKubeConfig()
  const namespace = settings.OPERATOR_NAMESPACE
  let leader: Leader | undefined
  let webhook: Webhook | undefined

  const caches = startCaches({ kubeConfig, log, onChange: (...change) => leader?.notice(...change) })
  closers.add('caches', () => caches.stop())

  const app = createHttpServer({
    log,
    checks: () => ({ caches: caches.isSynced(), webhook: webhook?.isInPlace() ?? false }),
  })
  await listen(app, { host: settings.HOST, port: settings.PORT, plaintext: settings.PLAINTEXT })
  closers.add('http', () => app.close())

  const closing = new AbortController()
  closers.add('start', () => closing.abort())
  await awaitCluster(kubeConfig, namespace, log, closing.signal)
  if (closing.signal.aborted) return

  const address: WebhookAddress = settings.WEBHOOK_URL
    ? { url: settings.WEBHOOK_URL }
    : { service: { namespace, name: settings.OPERATOR_SERVICE, port: 443 } }
  const verify = createJwtVerifier({
    jwksUrl: settings.CONTRACT_JWKS_URL,
    issuer: settings.CONTRACT_ISSUER,
    audiences: ['berth-operator'],
  })
  webhook = startWebhook({
    host: settings.WEBHOOK_HOST,
    port: settings.WEBHOOK_PORT,
    readIdentity: createIdentityStore(kubeConfig, namespace, hostsOf(address)),
    register: createRegistration(kubeConfig, address),
    decide: (request) => decide(request, { verify, read: createStoredReader(kubeConfig) }),
    onDecision: ({ code }) => countDecision(code),
    log,
  })
  closers.add('webhook', () => webhook?.close())

  const tokens = createServiceTokens({
    tokenUrl: settings.AUTH_TOKEN_URL,
    clientId: settings.CLIENT_ID,
    clientSecret: settings.CLIENT_SECRET,
  })
  const status = createStatusClient(settings.SERVERS_URL, tokens)
  closers.add('status client', () => status.close())

  // Before its caches are full a leader would report that there are no servers.
  await caches.synced
  if (closing.signal.aborted) return
  const election = startElection({
    store: createLeaseStore(kubeConfig, namespace, 'berth-operator'),
    identity: settings.OPERATOR_IDENTITY,
    log,
    lead(isLeader) {
      setLeading(true)
      const mayAct = () => {
        if (!isLeader()) throw new NotLeading()
      }
      const started = startLeader({
        kubeConfig: loadKubeConfig(mayAct),
        caches,
        settings: settings.pods,
        holds: (resource) => stillHolds(resource, verify),
        tokens,
        async send(batch) {
          mayAct()
          await status.send(batch)
        },
        identity: settings.OPERATOR_IDENTITY,
        log,
      })
      leader = started
      return async () => {
        setLeading(false)
        leader = undefined
        await started.stop()
      }
    },
  })
  closers.add('election', () => election.close())
})
